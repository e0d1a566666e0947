<#
.SYNOPSIS
  Diagnoses as a temporary standard user, and checks that a change is refused. Run it elevated; the user is deleted.
.PARAMETER Doctor
  kms-doctor.exe with its folder: the user may read that one.
.PARAMETER Folder
  Folder for the report.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor, [Parameter(Mandatory = $true)] [string] $Folder)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$user = 'kms-doctor-lab'
$users = 'S-1-5-32-545'

$null = New-Item -ItemType Directory -Path $Folder -Force

# The password exists only in the memory of this process and of Windows.
$password = New-Object -TypeName System.Security.SecureString
foreach ($letter in "aA1!$([guid]::NewGuid())".ToCharArray()) { $password.AppendChar($letter) }
$credential = New-Object -TypeName System.Management.Automation.PSCredential -ArgumentList $user, $password

# Runs the program as that user. Its output goes to files opened by this process.
function Invoke-AsUser([string[]] $Arguments, [string] $Output) {
  $run = Start-Process -FilePath $Doctor -ArgumentList $Arguments -Credential $credential -WorkingDirectory $env:SystemRoot `
    -RedirectStandardOutput $Output -RedirectStandardError "$Output.errors.txt" -Wait -PassThru
  $run.ExitCode
}

$null = New-LocalUser -Name $user -Password $password
try {
  Add-LocalGroupMember -SID $users -Member $user
  $run = Invoke-Program (Join-Path $system32 'icacls.exe') @((Split-Path -Parent $Doctor), '/grant', "*${users}:(OI)(CI)RX")
  Assert-That ($run.Code -eq 0) 'users may read the program'

  $file = Join-Path $Folder 'standard-user.json'
  $code = Invoke-AsUser @('diagnose', '--json') $file
  Assert-That ($code -eq 0 -or $code -eq 1) 'diagnose ends with a verdict for a standard user'
  $report = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($file))
  Assert-That (-not $report.target.elevated) 'the user is no administrator'
  Assert-That (Test-Report @($file, '--allow', 'access-denied')) 'a standard user can read what needs no rights'

  $former = Read-Value $sppKey 'KeyManagementServiceLookupDomain'
  $code = Invoke-AsUser @('fix', 'set-lookup-domain', '--param', 'domain=kms-doctor.test', '--yes') (Join-Path $Folder 'refused.txt')
  Assert-That ($code -eq 3) 'a change of Windows is refused for want of rights'
  Assert-That ((Read-Value $sppKey 'KeyManagementServiceLookupDomain') -eq $former) 'nothing was changed'
} finally {
  Remove-LocalUser -Name $user
}
exit 0
