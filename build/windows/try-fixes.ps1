<#
.SYNOPSIS
  Applies fixes for real on this PC and undoes them, verifying each independently of the program. Run it elevated, on a
  disposable machine.
.PARAMETER Doctor
  kms-doctor.exe, or dist\cli\cli.js of the checkout.
.PARAMETER Restarts
  How often to restart the licensing service.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor, [int] $Restarts = 20)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$tcpipKey = 'HKLM\SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'

function Read-Assignment {
  "$(Read-Value $sppKey 'KeyManagementServiceName'):$(Read-Value $sppKey 'KeyManagementServicePort')"
}

function Read-Licence {
  $slmgr = Join-Path $system32 'slmgr.vbs'
  (Invoke-Program (Join-Path $system32 'cscript.exe') @('//Nologo', $slmgr, '/dlv')).Output
}

# Returns the PID of the licensing service if it's running (state 4), otherwise 0.
function Get-ServicePid {
  $text = (Invoke-Program (Join-Path $system32 'sc.exe') @('queryex', 'sppsvc')).Output
  if ($text -match '(?m)^\s+STATE\s+: 4 ' -and $text -match '(?m)^\s+PID\s+: (\d+)') { [int] $Matches[1] } else { 0 }
}

$target = (Read-Report).target
Assert-That $target.elevated 'this is elevated'
$isClient = $target.roles -contains 'kms-client'

# A KMS host with nothing listening, so activation can't succeed.
$before = Read-Assignment
$assigned = Invoke-Fix 'assign-kms-host' @('host=127.0.0.1', 'port=1')
Assert-That ((Read-Assignment) -eq '127.0.0.1:1') 'the registry has the assigned host'
if ($isClient) {
  Assert-That ((Read-Licence) -match '127\.0\.0\.1:1\b') 'slmgr /dlv names the assigned host'
  $run = Invoke-Doctor @('fix', 'activate-now', '--yes')
  Write-Host $run.Errors
  Assert-That ($run.Code -eq 2) 'the activation fails'
  Assert-That ($run.Errors -match '0x[0-9A-F]{8}') 'the failed activation has its code'
}
Undo-Fix $assigned
Assert-That ((Read-Assignment) -eq $before) 'the registry has the former assignment again'

$domain = Read-Value $sppKey 'KeyManagementServiceLookupDomain'
$lookup = Invoke-Fix 'set-lookup-domain' @('domain=kms-doctor.test')
Assert-That ((Read-Value $sppKey 'KeyManagementServiceLookupDomain') -eq 'kms-doctor.test') 'the registry has the lookup domain'
Undo-Fix $lookup
Assert-That ((Read-Value $sppKey 'KeyManagementServiceLookupDomain') -eq $domain) 'the registry has the former lookup domain again'

# With a KMS host assigned, the fix would be a handover about the host's service, so clear the assignment first.
$cleared = $null
if ($before -ne ':') {
  $cleared = Invoke-Fix 'return-to-auto-discovery'
  Assert-That ((Read-Assignment) -eq ':') 'the registry has no assignment'
}
foreach ($turn in 1..$Restarts) {
  $former = Get-ServicePid
  $null = Invoke-Fix 'restart-licensing-service'
  $new = Get-ServicePid
  Assert-That ($new -ne 0) "the service runs after restart $turn"
  Assert-That ($new -ne $former) "it is another process after restart $turn"
}
if ($null -ne $cleared) {
  Undo-Fix $cleared
  Assert-That ((Read-Assignment) -eq $before) 'the registry has the assignment again'
}

# Adds a suffix to the search list, which may be empty, and undoes it.
$suffixes = [string] (Read-Value $tcpipKey 'SearchList')
$added = Invoke-Fix 'add-dns-suffix' @('domain=kms-doctor.test')
Assert-That ((Read-Value $tcpipKey 'SearchList') -match '(^|,)kms-doctor\.test$') 'the registry has the suffix'
Assert-That (@((Get-DnsClientGlobalSetting).SuffixSearchList) -contains 'kms-doctor.test') 'Windows completes with the suffix'
Undo-Fix $added
Assert-That ([string] (Read-Value $tcpipKey 'SearchList') -eq $suffixes) 'the registry has the former suffixes again'
Assert-That (@((Get-DnsClientGlobalSetting).SuffixSearchList) -notcontains 'kms-doctor.test') 'Windows no longer completes with it'

# The inbound rule applies to KMS hosts only; elsewhere it's left unchanged.
if ($target.roles -contains 'kms-host') {
  Disable-NetFirewallRule -Name 'SPPSVC-In-TCP'
  $opened = Invoke-Fix 'open-kms-firewall'
  Assert-That ([string] (Get-NetFirewallRule -Name 'SPPSVC-In-TCP').Enabled -eq 'True') 'the inbound rule is on'
  Undo-Fix $opened
  Assert-That ([string] (Get-NetFirewallRule -Name 'SPPSVC-In-TCP').Enabled -eq 'False') 'the inbound rule is off again'
} else {
  $former = [string] (Get-NetFirewallRule -Name 'SPPSVC-In-TCP').Enabled
  $run = Invoke-Doctor @('fix', 'open-kms-firewall', '--yes')
  Assert-That ($run.Code -eq 4) 'a PC that is no KMS host gets a text instead of a rule'
  Assert-That ([string] (Get-NetFirewallRule -Name 'SPPSVC-In-TCP').Enabled -eq $former) 'the inbound rule is as it was'
}

# An outbound rule of this PC is detected, and so is its removal.
$null = New-NetFirewallRule -Name 'kms-doctor-lab' -DisplayName 'KMS Doctor lab' -Direction Outbound -Action Block -Protocol TCP -RemotePort 1688
try {
  $check = Get-Check (Read-Report) 'outbound-firewall'
  Assert-That ($check.status -eq 'fail') 'a rule that blocks port 1688 is found'
} finally {
  Remove-NetFirewallRule -Name 'kms-doctor-lab'
}
$check = Get-Check (Read-Report) 'outbound-firewall'
Assert-That ($check.status -eq 'pass') 'without it nothing is found'
exit 0
