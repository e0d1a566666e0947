<#
.SYNOPSIS
  Diagnoses under the policies that organizations set for PowerShell, and searches the logs they enable for a made-up
  product key. Run it elevated, on a disposable machine.
.PARAMETER Doctor
  kms-doctor.exe, or dist\cli\cli.js of the checkout.
.PARAMETER Folder
  Folder for the reports.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor, [Parameter(Mandatory = $true)] [string] $Folder)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$policy = 'HKLM\SOFTWARE\Policies\Microsoft\Windows\PowerShell'
$audit = 'HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\Policies\System\Audit'
$environment = 'HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Environment'
# Has the format of a product key, but was never issued.
$key = 'BBBBB-CCCCC-DDDDD-FFFFF-NGGGG'

$null = New-Item -ItemType Directory -Path $Folder -Force

# Whether the diagnosis can read all of Windows, except for what the policy blocks.
function Test-Diagnosis([string] $Name, [string[]] $Allowed = @()) {
  $file = Join-Path $Folder "$Name.json"
  $run = Invoke-Doctor @('diagnose', '--json')
  [System.IO.File]::WriteAllText($file, $run.Output)
  Test-Report (@($file) + @($Allowed | ForEach-Object { '--allow'; $_ }))
}

# Counts the events with this ID since the given time, and how many of them contain the key.
function Get-KeyEvent([string] $Log, [int] $Id, [datetime] $Since) {
  $events = @(Get-WinEvent -FilterHashtable @{ LogName = $Log; Id = $Id; StartTime = $Since } -ErrorAction SilentlyContinue)
  $found = @($events | Where-Object { $_.ToXml() -match 'BBBBB-?CCCCC' })
  [pscustomobject] @{ Count = $events.Count; WithKey = $found.Count }
}

try {
  Set-Value $policy 'EnableScripts' 'REG_DWORD' '1'
  Set-Value $policy 'ExecutionPolicy' 'REG_SZ' 'AllSigned'
  Assert-That (Test-Diagnosis 'all-signed') 'every check can be read where only signed scripts run'

  Set-Value $policy 'EnableScripts' 'REG_DWORD' '0'
  Assert-That (Test-Diagnosis 'scripts-disabled') 'every check can be read where scripts are disabled'
} finally {
  Remove-Value $policy 'EnableScripts'
  Remove-Value $policy 'ExecutionPolicy'
}

try {
  # A debugging switch that restricts the PowerShell language as App Control does.
  Set-Value $environment '__PSLockdownPolicy' 'REG_SZ' '4'
  Assert-That (Test-Diagnosis 'lockdown' @('access-denied', 'script-policy')) 'what needs PowerShell names the lockdown as its reason'
} finally {
  Remove-Value $environment '__PSLockdownPolicy'
}

try {
  Set-Value "$policy\ModuleLogging" 'EnableModuleLogging' 'REG_DWORD' '1'
  Set-Value "$policy\ModuleLogging\ModuleNames" '*' 'REG_SZ' '*'
  Set-Value "$policy\ScriptBlockLogging" 'EnableScriptBlockLogging' 'REG_DWORD' '1'
  Set-Value $audit 'ProcessCreationIncludeCmdLine_Enabled' 'REG_DWORD' '1'
  # The subcategory "Process Creation" by its GUID, because its name is localized.
  $run = Invoke-Program (Join-Path $system32 'auditpol.exe') @('/set', '/subcategory:{0CCE922B-69AE-11D9-BED3-505054503030}', '/success:enable')
  Assert-That ($run.Code -eq 0) 'the creation of processes is audited'

  $since = Get-Date
  $run = Invoke-Doctor @('fix', 'install-mak', '--param', 'productKey=-', '--yes') $key
  Write-Host $run.Errors
  Assert-That ($run.Code -eq 2) 'Windows refuses the made-up key'
  Assert-That ("$($run.Output)$($run.Errors)" -notmatch 'BBBBB-?CCCCC') 'the program does not print it'
  Start-Sleep -Seconds 5

  foreach ($kind in @(
      @('Microsoft-Windows-PowerShell/Operational', 4103, 'module logging'),
      @('Microsoft-Windows-PowerShell/Operational', 4104, 'script block logging'),
      @('Security', 4688, 'the audit of processes')
    )) {
    $events = Get-KeyEvent $kind[0] $kind[1] $since
    Assert-That ($events.Count -gt 0) "$($kind[2]) writes events"
    Assert-That ($events.WithKey -eq 0) "$($kind[2]) has no product key"
  }
} finally {
  Remove-Key "$policy\ModuleLogging"
  Remove-Key "$policy\ScriptBlockLogging"
  Remove-Value $audit 'ProcessCreationIncludeCmdLine_Enabled'
}
exit 0
