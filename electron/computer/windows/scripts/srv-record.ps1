# Adds an SRV record to a Windows DNS server or removes it, and returns whether it exists afterward.
# https://learn.microsoft.com/powershell/module/dnsserver/add-dnsserverresourcerecord
# https://learn.microsoft.com/powershell/module/dnsserver/remove-dnsserverresourcerecord
param($With)
$zone = [string] $With.zone
$server = if ([string] $With.server -eq '') { 'localhost' } else { [string] $With.server }
$name = [string] $With.name
$target = ([string] $With.target).TrimEnd('.') + '.'
$same = {
    param($Record)
    $data = $Record.RecordData
    ([string] $data.DomainName).TrimEnd('.') -eq $target.TrimEnd('.') -and
        [int] $data.Port -eq [int] $With.port -and
        [int] $data.Priority -eq [int] $With.priority -and
        [int] $data.Weight -eq [int] $With.weight
}
$find = {
    try {
        @(Get-DnsServerResourceRecord -ZoneName $zone -ComputerName $server -Name $name -RRType Srv | Where-Object -FilterScript { & $same $_ })
    } catch {
        # DNS_ERROR_RECORD_DOES_NOT_EXIST and DNS_ERROR_NAME_DOES_NOT_EXIST.
        if ($_.FullyQualifiedErrorId -notlike 'WIN32 9701*' -and $_.FullyQualifiedErrorId -notlike 'WIN32 9714*') { throw }
    }
}
$there = @(& $find)
if ([string] $With.action -ceq 'add') {
    if ($there.Count -eq 0) {
        Add-DnsServerResourceRecord -ZoneName $zone -ComputerName $server -Srv -Name $name -DomainName $target -Priority ([int] $With.priority) -Weight ([int] $With.weight) -Port ([int] $With.port) -TimeToLive ([timespan]::FromSeconds([int] $With.ttl))
    }
} elseif ([string] $With.action -ceq 'remove') {
    foreach ($record in $there) { Remove-DnsServerResourceRecord -ZoneName $zone -ComputerName $server -InputObject $record -Force }
} else {
    throw 'unknown action'
}
[pscustomobject] @{ there = @(& $find).Count -gt 0 }
