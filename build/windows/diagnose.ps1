<#
.SYNOPSIS
  Diagnoses this PC and checks that its Windows could be read: no check may be unknown because of a failed tool.
.PARAMETER Doctor
  kms-doctor.exe, or dist\cli\cli.js of the checkout.
.PARAMETER Folder
  Folder for report.json and the recording. Both contain names and addresses of this network.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor, [Parameter(Mandatory = $true)] [string] $Folder)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$null = New-Item -ItemType Directory -Path $Folder -Force
$report = Join-Path $Folder 'report.json'
$recording = Join-Path $Folder 'recording'

$run = Invoke-Doctor @('diagnose', '--json', '--record', $recording)
[System.IO.File]::WriteAllText($report, $run.Output)
if ($run.Errors -ne '') { Write-Host $run.Errors }
Assert-That ($run.Code -eq 0 -or $run.Code -eq 1) 'diagnose ends with a verdict'
Assert-That (Test-Report @($report, '--recording', $recording)) 'every check could be read'
exit 0
