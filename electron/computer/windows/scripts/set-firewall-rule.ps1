# Enables and disables inbound rules for the KMS port. The result is read from the registry.
# https://learn.microsoft.com/windows-server/get-started/kms-create-host
param($With)
$on = @($With.on | ForEach-Object -Process { [string] $_ })
$off = @($With.off | ForEach-Object -Process { [string] $_ })
if ($on.Count -gt 0) { Set-NetFirewallRule -Name $on -Enabled 'True' }
if ($off.Count -gt 0) { Set-NetFirewallRule -Name $off -Enabled 'False' }
