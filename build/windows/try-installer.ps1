<#
.SYNOPSIS
  Tries the built installer on this Windows: silent installation, rights, fuses, exit codes, upgrade while the program
  runs, removal, one-off repair. For the continuous integration and test machines: it installs and removes KMS Doctor.
.PARAMETER Folder
  Where the installer is.
#>
param([Parameter(Mandatory)] [string] $Folder)

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

$place = Join-Path $env:ProgramFiles 'KMS Doctor'
$program = Join-Path $place 'KMS Doctor.exe'
$console = Join-Path $place 'kms-doctor.exe'
$journal = Join-Path $env:ProgramData 'KMS Doctor'
$rights = 'O:BAG:SYD:P(A;OICI;FA;;;SY)(A;OICI;FA;;;BA)(A;OICI;0x1200a9;;;BU)'

function Assert-That([bool] $Fact, [string] $Claim) {
  if (-not $Fact) { throw "Not so: $Claim" }
  Write-Host "ok: $Claim"
}

function Wait-Until([scriptblock] $Fact, [int] $Seconds, [string] $Claim) {
  $end = (Get-Date).AddSeconds($Seconds)
  while (-not (& $Fact) -and (Get-Date) -lt $end) { Start-Sleep -Milliseconds 500 }
  Assert-That ([bool] (& $Fact)) $Claim
}

function Get-Running { @(Get-Process | Where-Object { $_.Path -eq $program }) }

function Invoke-Setup([string[]] $Switches) {
  $run = Start-Process -FilePath $setup -ArgumentList $Switches -Wait -PassThru
  Assert-That ($run.ExitCode -eq 0) "setup $Switches ends with 0"
}

function Uninstall-Program {
  Start-Process -FilePath (Join-Path $place 'Uninstall KMS Doctor.exe') -ArgumentList '/allusers', '/S' -Wait
  Wait-Until { -not (Test-Path $program) } 60 'the program is removed'
  Assert-That (Test-Path $journal) 'the journal stays'
}

$setup = (Get-ChildItem -Path $Folder -Filter 'KMS-Doctor-*-setup*.exe' | Select-Object -First 1).FullName
Assert-That ($null -ne $setup) 'there is an installer'

Invoke-Setup '/S'
Assert-That (Test-Path $program) 'the program is in Program Files'
Assert-That (Test-Path (Join-Path $env:ProgramData 'Microsoft\Windows\Start Menu\Programs\KMS Doctor.lnk')) 'the start menu has it'
Assert-That ((Get-Acl -LiteralPath $journal).Sddl -eq $rights) 'only administrators write the journal'

$env:NO_COLOR = '1'
$fuses = & npx electron-fuses read --app $program | Out-String
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

& $console explain 0xC004F074 | Out-Null
Assert-That ($LASTEXITCODE -eq 0) 'kms-doctor.exe explains a code'
& $console explain nonsense 2>$null
Assert-That ($LASTEXITCODE -eq 64) 'kms-doctor.exe gives its exit code'

Start-Process -FilePath $program
Wait-Until { (Get-Running).Count -gt 0 } 30 'the program starts'
Invoke-Setup '/S'
Assert-That ((Get-Running).Count -eq 0) 'an upgrade closes the running program'
Uninstall-Program

$oneOff = Start-Process -FilePath $setup -ArgumentList '/S', '/oneoff' -PassThru
Wait-Until { (Get-Running).Count -gt 0 } 120 'a one-off repair starts the program'
Get-Running | ForEach-Object { $null = $_.CloseMainWindow() }
Wait-Until { -not (Test-Path $program) } 60 'it is removed when its window closes'
Wait-Until { $oneOff.HasExited } 30 'the installer ends'
Assert-That (Test-Path $journal) 'the journal stays after a one-off repair'
