# Whether the inbound rule for the KMS port is on; nothing where there is no such rule.
# https://learn.microsoft.com/windows-server/get-started/kms-create-host
param($With)
try {
    $rules = @(Get-NetFirewallRule -Name 'SPPSVC-In-TCP')
} catch {
    if ($_.FullyQualifiedErrorId -notlike 'CmdletizationQuery_NotFound*') { throw }
    $rules = @()
}
$rules | ForEach-Object -Process { [pscustomobject] @{ enabled = [string] $_.Enabled } }
