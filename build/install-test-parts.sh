#!/bin/sh
# Installs the real parts that the tests run against. For Debian and its relatives, as root.
set -eu
cd "$(dirname "$0")/.."

say() { printf '%s\n' "$*"; }

if ! command -v apt-get >/dev/null; then
  say 'This script installs with apt-get, which is not here. The tests need: BIND with nsupdate and dig, Samba,' >&2
  say 'OpenSSH (sshd), Ansible, Wine (64 bit), Chromium, the Noto CJK fonts, ping, pdftotext and 7z. What is missing' >&2
  say 'is left out by npm test.' >&2
  exit 1
fi
if [ "$(id -u)" -ne 0 ]; then
  say 'Run this script as root (for instance: sudo sh build/install-test-parts.sh); apt-get needs it.' >&2
  exit 1
fi

# tier dns: BIND, nsupdate, dig. rpc: Samba. fleet: OpenSSH's server and Ansible. wine: Wine. window: Chromium (without
# a window; the other one is for npm start) and Chinese letters.
# Beside them: ping (DNS and network checks), pdftotext (reports), 7z and makensis (the packed program).
packages='bind9 bind9-utils bind9-dnsutils samba openssh-client openssh-server ansible-core wine wine64 chromium
  chromium-headless-shell fonts-noto-cjk iputils-ping poppler-utils p7zip-full nsis'

missing=''
for package in $packages; do
  state=$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null || true)
  [ "$state" = installed ] || missing="$missing $package"
done

if [ -n "$missing" ]; then
  say "Installing with apt:$missing"
  # The tests start these servers themselves, on ports of their own: none shall start now.
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
  say 'All Debian packages of the tests are installed.'
fi

# tier wine and kms-doctor.exe: Node for Windows, and the same version for here.
node build/node-runtimes.mjs

# tier powershell: PowerShell, and the check of the scripts against Windows PowerShell 5.1.
if command -v dotnet >/dev/null; then
  powershell=7.6.9 # build/powershell/powershell.mjs looks for it
  if [ ! -d ".cache/powershell/.store/powershell/$powershell" ]; then
    DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 \
      dotnet tool install PowerShell --version "$powershell" --tool-path .cache/powershell
  fi
  node build/test-parts.mjs
else
  say 'There is no .NET SDK (dotnet) here, so the tier powershell is left out. Debian has no package of it.'
fi

say 'The test parts are here. Run them with: npm test'
