# Sets the DNS servers of an adapter, or resets them to DHCP, and returns the ones that it has afterward.
# https://learn.microsoft.com/powershell/module/dnsclient/set-dnsclientserveraddress
param($With)
$servers = @($With.servers | ForEach-Object -Process { [string] $_ })
# The alias is compared here, since the cmdlets treat it as a wildcard pattern.
$adapter = @(Get-DnsClientServerAddress | Where-Object -FilterScript { [string] $_.InterfaceAlias -eq [string] $With.adapter })
if ($adapter.Count -eq 0) { throw 'no such adapter' }
$index = [uint32] $adapter[0].InterfaceIndex
# Otherwise, setting servers of one address family would leave those of the other unchanged.
Set-DnsClientServerAddress -InterfaceIndex $index -ResetServerAddresses
if ($servers.Count -gt 0) { Set-DnsClientServerAddress -InterfaceIndex $index -ServerAddresses $servers }
[pscustomobject] @{
    servers = @(Get-DnsClientServerAddress -InterfaceIndex $index | ForEach-Object -Process { $_.ServerAddresses } |
        Where-Object -FilterScript { [string] $_ -ne '' } | ForEach-Object -Process { [string] $_ })
}
