#!/bin/sh
# Installs the software that the tests run against. For Debian and its derivatives, as root.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }

if ! command -v apt-get >/dev/null; then
  say 'This script installs with apt-get, which was not found. The tests need: BIND with nsupdate and dig, Samba,' >&2
  say 'OpenSSH (sshd), Ansible, Wine (64-bit), Chromium, the Noto CJK fonts, ping, pdftotext and 7z. npm test skips' >&2
  say 'the tiers for which something is missing.' >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  say 'Run this script as root (for example: sudo sh build/install-test-parts.sh); apt-get requires it.' >&2
  exit 1
fi

# Tier dns: BIND, nsupdate, dig. rpc: Samba. fleet: OpenSSH server and Ansible. wine: Wine. window: Chromium (headless;
# the one with a window is for npm start) and Chinese fonts.
# Also: ping (DNS and network checks), pdftotext (reports), 7z and makensis (the packaged program).
packages='bind9 bind9-utils bind9-dnsutils samba openssh-client openssh-server ansible-core wine wine64 chromium
  chromium-headless-shell fonts-noto-cjk iputils-ping poppler-utils p7zip-full nsis'

missing=''
for package in $packages; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  say "Installing with apt:$missing"
  # The tests start these servers themselves, on their own ports. Keep apt from starting any now.
  policy=/usr/sbin/policy-rc.d
  if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\nexit 101\n' >"$policy"
    chmod 755 "$policy"
    trap 'rm -f "$policy"' EXIT
    trap 'exit 130' INT TERM
  fi
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086 # a list of names
  apt-get install -y -qq --no-install-recommends $missing </dev/null >/dev/null
else
  say 'All Debian packages for the tests are installed.'
fi

# Tier wine and kms-doctor.exe: Node for Windows, and the same version for this machine.
node build/node-runtimes.mjs

# Tier powershell: PowerShell, and the checker for compatibility with Windows PowerShell 5.1.
if command -v dotnet >/dev/null; then
  powershell=7.6.9 # must match build/powershell/powershell.mjs
  if [ ! -d ".cache/powershell/.store/powershell/$powershell" ]; then
    DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
      dotnet tool install PowerShell --version "$powershell" --tool-path .cache/powershell
  fi
  node build/test-parts.mjs
else
  say 'No .NET SDK (dotnet) was found, so the tier powershell is skipped. Debian has no package for it.'
fi

say 'The test dependencies are installed. Run the tests with: npm test'
