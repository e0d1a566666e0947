<#
.SYNOPSIS
  Tests the built installer on this Windows: silent installation, permissions, fuses, exit codes, upgrade to a newer
  version while the program is running, uninstall, one-off repair. Run it elevated; it installs and removes KMS Doctor.
.PARAMETER Folder
  Folder of the installer.
.PARAMETER Newer
  Folder of the installer for a newer version.
#>
param([Parameter(Mandatory = $true)] [string] $Folder, [Parameter(Mandatory = $true)] [string] $Newer)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$place = Join-Path $env:ProgramFiles 'KMS Doctor'
$program = Join-Path $place 'KMS Doctor.exe'
$console = Join-Path $place 'kms-doctor.exe'
$journal = Join-Path $env:ProgramData 'KMS Doctor'
$rights = 'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)'

# Returns the owner, protection and entries of a security descriptor, without the flags that Windows adds (PAI for P)
# and the primary group, which protects nothing.
function Read-Right([string] $Sddl) {
  if ($Sddl -cnotmatch '^O:(.+?)G:.+?D:([A-Z]*)((\([^)]*\))*)') { return $Sddl }
  $isProtected = $Matches[2] -clike '*P*'
  $entries = @([regex]::Matches($Matches[3], '\([^)]*\)') | ForEach-Object { $_.Value } | Sort-Object)
  "$($Matches[1]) $isProtected $entries"
}

function Find-Setup([string] $In) {
  Get-ChildItem -Path $In -Filter 'KMS-Doctor-*-setup*.exe' | ForEach-Object { $_.FullName } | Select-Object -First 1
}

function Get-Running { Get-Process | Where-Object { $_.Path -eq $program } }

function Invoke-Setup([string] $Setup) {
  $run = Start-Process -FilePath $Setup -ArgumentList '/S' -Wait -PassThru
  Assert-That ($run.ExitCode -eq 0) "the setup $(Split-Path -Leaf $Setup) ends with 0"
}

# Returns the display names listed under Apps in Settings.
function Get-Entry {
  $uninstall = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Uninstall'
  $run = Invoke-Program (Join-Path $system32 'reg.exe') @('query', $uninstall, '/s', '/v', 'DisplayName')
  @([regex]::Matches($run.Output, '(?m)^ +DisplayName +REG_SZ +(KMS Doctor[^\r\n]*)') | ForEach-Object { $_.Groups[1].Value })
}

function Uninstall-Program {
  Start-Process -FilePath (Join-Path $place 'Uninstall KMS Doctor.exe') -ArgumentList '/allusers', '/S' -Wait
  Wait-Until { -not (Test-Path $program) } 60 'the program is removed'
  Assert-That (Test-Path $journal) 'the journal stays'
}

$setup = Find-Setup $Folder
$upgrade = Find-Setup $Newer
Assert-That ($null -ne $setup) 'there is an installer'
Assert-That ($null -ne $upgrade) 'there is a newer installer'
Assert-That ((Split-Path -Leaf $setup) -ne (Split-Path -Leaf $upgrade)) 'they have different versions'

Invoke-Setup $setup
Assert-That (Test-Path $program) 'the program is in Program Files'
Assert-That (Test-Path (Join-Path $env:ProgramData 'Microsoft\Windows\Start Menu\Programs\KMS Doctor.lnk')) 'the start menu has it'
Assert-That ((Read-Right (Get-Acl -LiteralPath $journal).Sddl) -eq (Read-Right $rights)) 'only administrators write the journal'

$reader = Join-Path $PSScriptRoot '..\..\node_modules\@electron\fuses\dist\bin.js'
$fuses = (Invoke-Program (Get-ProgramPath 'node') @($reader, 'read', '--app', $program)).Output -replace '\x1b\[\d+m', ''
foreach ($fuse in 'RunAsNode', 'EnableNodeOptionsEnvironmentVariable', 'EnableNodeCliInspectArguments', 'GrantFileProtocolExtraPrivileges') {
  Assert-That ($fuses -match "$fuse is Disabled") "the fuse $fuse is off"
}
foreach ($fuse in 'EnableEmbeddedAsarIntegrityValidation', 'OnlyLoadAppFromAsar') {
  Assert-That ($fuses -match "$fuse is Enabled") "the fuse $fuse is on"
}

$selfTest = Start-Process -FilePath $program -ArgumentList '--self-test' -Wait -PassThru
Assert-That ($selfTest.ExitCode -eq 0) 'the self-test ends with 0'
$refused = Start-Process -FilePath $program -ArgumentList '--remote-debugging-port=0' -Wait -PassThru
Assert-That ($refused.ExitCode -eq 64) 'a switch of Chromium ends the program with 64'

Assert-That ((Invoke-Program $console @('explain', '0xC004F074')).Code -eq 0) 'kms-doctor.exe explains a code'
Assert-That ((Invoke-Program $console @('explain', 'nonsense')).Code -eq 64) 'kms-doctor.exe gives its exit code'
$former = (Invoke-Program $console @('--version')).Output

Start-Process -FilePath $program
Wait-Until { @(Get-Running).Count -gt 0 } 30 'the program starts'
Invoke-Setup $upgrade
Assert-That (@(Get-Running).Count -eq 0) 'an upgrade closes the running program'
$version = (Invoke-Program $console @('--version')).Output
Assert-That ($version -ne $former) 'an upgrade brings the newer version'
$entries = @(Get-Entry)
Assert-That ($entries.Count -eq 1) 'Windows lists one installation'
Assert-That ($version -match ($entries[0] -replace '^KMS Doctor ?', '')) 'it is the one of the newer version'
Assert-That (Test-Path $journal) 'an upgrade leaves the journal'
Uninstall-Program
Assert-That (@(Get-Entry).Count -eq 0) 'Windows lists no installation'

$oneOff = Start-Process -FilePath $setup -ArgumentList '/S', '/oneoff' -PassThru
Wait-Until { @(Get-Running).Count -gt 0 } 120 'a one-off repair starts the program'
Get-Running | ForEach-Object { $null = $_.CloseMainWindow() }
Wait-Until { -not (Test-Path $program) } 60 'it is removed when its window closes'
Wait-Until { $oneOff.HasExited } 30 'the installer of the one-off ends'
Assert-That (Test-Path $journal) 'the journal stays after a one-off repair'
exit 0
