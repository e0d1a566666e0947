# Adapters and DNS settings, as a fallback if the registry can't be read.
# https://learn.microsoft.com/windows/win32/cimwin32prov/win32-networkadapterconfiguration
# https://learn.microsoft.com/windows/win32/cimwin32prov/win32-computersystem
param($With)
$adapters = @(Get-CimInstance -Namespace root/cimv2 -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled = TRUE' -Property InterfaceIndex, Description, IPAddress, DefaultIPGateway, DNSDomain -OperationTimeoutSec 28)
$servers = @(Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_DNSClientServerAddress -Property InterfaceIndex, InterfaceAlias, ServerAddresses -OperationTimeoutSec 28)
$global = @(Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_DNSClientGlobalSetting -Property SuffixSearchList -OperationTimeoutSec 28)
$machine = Get-CimInstance -Namespace root/cimv2 -ClassName Win32_ComputerSystem -Property PartOfDomain, Domain -OperationTimeoutSec 28
$list = {
    param($Values)
    @($Values | Where-Object -FilterScript { $null -ne $_ -and [string] $_ -ne '' } | ForEach-Object -Process { [string] $_ })
}
[pscustomobject] @{
    adapters = @($adapters | ForEach-Object -Process {
        $index = [int] $_.InterfaceIndex
        $own = @($servers | Where-Object -FilterScript { [int] $_.InterfaceIndex -eq $index })
        [pscustomobject] @{
            name = if ($own.Count -gt 0) { [string] $own[0].InterfaceAlias } else { [string] $_.Description }
            addresses = @(& $list $_.IPAddress)
            gateways = @(& $list $_.DefaultIPGateway)
            dnsServers = @($own | ForEach-Object -Process { & $list $_.ServerAddresses })
            connectionSuffix = [string] $_.DNSDomain
        }
    })
    suffixSearchList = @($global | ForEach-Object -Process { & $list $_.SuffixSearchList })
    partOfDomain = [bool] $machine.PartOfDomain
    domain = [string] $machine.Domain
}
