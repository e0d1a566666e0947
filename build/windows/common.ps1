# Helpers shared by the scripts of this folder. A script exits with 0 if every assertion holds, or with 1 at the first
# one that fails. Everything runs in Windows PowerShell 5.1 and PowerShell 7.
$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2

# Programs and .NET resolve relative paths against the process's working directory, not PowerShell's current location.
[System.IO.Directory]::SetCurrentDirectory((Get-Location).ProviderPath)

$system32 = Join-Path $env:SystemRoot 'System32'
$sppKey = 'HKLM\SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'

function Assert-That([bool] $Fact, [string] $Claim) {
  if (-not $Fact) { throw "Not so: $Claim" }
  Write-Host "ok: $Claim"
}

function Wait-Until([scriptblock] $Fact, [int] $Seconds, [string] $Claim) {
  $end = (Get-Date).AddSeconds($Seconds)
  while (-not (& $Fact) -and (Get-Date) -lt $end) { Start-Sleep -Milliseconds 500 }
  Assert-That ([bool] (& $Fact)) $Claim
}

# Runs a program without a shell and reads its output as UTF-8; PowerShell itself would decode it in the OEM code page.
function Invoke-Program([string] $File, [string[]] $Arguments = @(), [string] $Text = '') {
  $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
  $start.FileName = $File
  # Quoted for CommandLineToArgvW: no argument in these scripts contains a quotation mark or ends with a backslash.
  $start.Arguments = @($Arguments | ForEach-Object { '"' + $_ + '"' }) -join ' '
  $start.UseShellExecute = $false
  $start.CreateNoWindow = $true
  $start.RedirectStandardInput = $true
  $start.RedirectStandardOutput = $true
  $start.RedirectStandardError = $true
  $start.StandardOutputEncoding = [System.Text.Encoding]::UTF8
  $start.StandardErrorEncoding = [System.Text.Encoding]::UTF8
  $process = [System.Diagnostics.Process]::Start($start)
  $output = $process.StandardOutput.ReadToEndAsync()
  $errors = $process.StandardError.ReadToEndAsync()
  if ($Text -ne '') { $process.StandardInput.WriteLine($Text) }
  $process.StandardInput.Close()
  if (-not $process.WaitForExit(300000)) {
    $process.Kill()
    throw "$File did not end within five minutes"
  }
  [pscustomobject] @{ Code = $process.ExitCode; Output = $output.Result; Errors = $errors.Result }
}

function Get-ProgramPath([string] $Name) {
  (Get-Command -Name $Name -CommandType Application | Select-Object -First 1).Source
}

# Runs the command line passed to the script as -Doctor: kms-doctor.exe, or dist\cli\cli.js of the checkout.
function Invoke-Doctor([string[]] $Arguments, [string] $Text = '') {
  if ($Doctor -like '*.js') { Invoke-Program (Get-ProgramPath 'node') (@($Doctor) + $Arguments) $Text }
  else { Invoke-Program $Doctor $Arguments $Text }
}

# Diagnoses this PC and returns the report. Exit codes 0 and 1 both mean that the diagnosis completed.
function Read-Report([string[]] $Arguments = @()) {
  $run = Invoke-Doctor (@('diagnose', '--json') + $Arguments)
  Assert-That ($run.Code -eq 0 -or $run.Code -eq 1) "diagnose ends with a verdict $($Arguments -join ' ')".TrimEnd()
  ConvertFrom-Json -InputObject $run.Output
}

function Get-Check($Report, [string] $Id) {
  $Report.procedures | ForEach-Object { $_.checks } | Where-Object { $_.id -eq $Id }
}

# Applies a fix for real and returns its outcome.
function Invoke-Fix([string] $Fix, [string[]] $Parameters = @()) {
  $named = @($Parameters | ForEach-Object { '--param'; $_ })
  $run = Invoke-Doctor (@('fix', $Fix, '--yes', '--json') + $named)
  if ($run.Code -gt 1) { Write-Host $run.Errors }
  Assert-That ($run.Code -eq 0 -or $run.Code -eq 1) "the fix $Fix is made"
  ConvertFrom-Json -InputObject $run.Output
}

function Undo-Fix($Outcome) {
  $run = Invoke-Doctor @('undo', $Outcome.entry, '--json')
  if ($run.Code -ne 0) { Write-Host $run.Errors }
  Assert-That ($run.Code -eq 0) "the fix $($Outcome.fix) is undone"
}

# Returns a registry value as reg.exe prints it, or null if it doesn't exist.
function Read-Value([string] $Key, [string] $Name) {
  $run = Invoke-Program (Join-Path $system32 'reg.exe') @('query', $Key, '/v', $Name)
  if ($run.Output -match "(?m)^ +$([regex]::Escape($Name)) +REG_\w+(?: {4}([^\r\n]*))?") {
    if ($Matches.Count -gt 1) { $Matches[1] } else { '' }
  } else { $null }
}

function Set-Value([string] $Key, [string] $Name, [string] $Type, [string] $Data) {
  $run = Invoke-Program (Join-Path $system32 'reg.exe') @('add', $Key, '/v', $Name, '/t', $Type, '/d', $Data, '/f')
  if ($run.Code -ne 0) { throw "$Key\$Name could not be set" }
}

function Remove-Key([string] $Key) {
  $null = Invoke-Program (Join-Path $system32 'reg.exe') @('delete', $Key, '/f')
}

function Remove-Value([string] $Key, [string] $Name) {
  $null = Invoke-Program (Join-Path $system32 'reg.exe') @('delete', $Key, '/v', $Name, '/f')
}

# Whether a report contains everything that this Windows must be able to answer; the rules are in check-diagnosis.mjs.
function Test-Report([string[]] $Arguments) {
  $check = Invoke-Program (Get-ProgramPath 'node') (@(Join-Path $PSScriptRoot 'check-diagnosis.mjs') + $Arguments)
  Write-Host ($check.Output + $check.Errors)
  $check.Code -eq 0
}
