# Sets the DNS servers of an adapter, or has it take those of DHCP, and says which it has then.
# https://learn.microsoft.com/powershell/module/dnsclient/set-dnsclientserveraddress
param($With)
$servers = @($With.servers | ForEach-Object -Process { [string] $_ })
# The alias is compared here, since the cmdlets take it for a pattern.
$adapter = @(Get-DnsClientServerAddress | Where-Object -FilterScript { [string] $_.InterfaceAlias -eq [string] $With.adapter })
if ($adapter.Count -eq 0) { throw 'no such adapter' }
$index = [uint32] $adapter[0].InterfaceIndex
# One family at a time would leave the servers of the other one as they are.
Set-DnsClientServerAddress -InterfaceIndex $index -ResetServerAddresses
if ($servers.Count -gt 0) { Set-DnsClientServerAddress -InterfaceIndex $index -ServerAddresses $servers }
[pscustomobject] @{
    servers = @(Get-DnsClientServerAddress -InterfaceIndex $index | ForEach-Object -Process { $_.ServerAddresses } |
        Where-Object -FilterScript { [string] $_ -ne '' } | ForEach-Object -Process { [string] $_ })
}
