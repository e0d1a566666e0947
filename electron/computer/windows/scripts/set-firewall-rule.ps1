# Switches the inbound rule for the KMS port, and says how it stands then.
# https://learn.microsoft.com/windows-server/get-started/kms-create-host
param($With)
$wanted = if ([bool] $With.enabled) { 'True' } else { 'False' }
Set-NetFirewallRule -Name 'SPPSVC-In-TCP' -Enabled $wanted
Get-NetFirewallRule -Name 'SPPSVC-In-TCP' | ForEach-Object -Process { [pscustomobject] @{ enabled = [string] $_.Enabled } }
