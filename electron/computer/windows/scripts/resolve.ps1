# Resolves a name through Windows' own resolver, including its cache, hosts file, and policies.
# https://learn.microsoft.com/powershell/module/dnsclient/resolve-dnsname
param($With)
$types = @('SRV', 'A', 'AAAA')
if ($types -cnotcontains [string] $With.type) { throw 'unknown record type' }
try {
    $records = @(Resolve-DnsName -Name ([string] $With.name) -Type ([string] $With.type))
} catch {
    # "DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName": the first part is the result.
    $id = ([string] $_.FullyQualifiedErrorId).Split(',')[0]
    if ($id -notmatch '^(DNS_|ERROR_|WSA)') { throw }
    return [pscustomobject] @{ error = $id; records = @() }
}
$text = {
    param($Record, $Names)
    foreach ($name in $Names) {
        $property = $Record.PSObject.Properties[$name]
        if ($null -ne $property -and $null -ne $property.Value) { return [string] $property.Value }
    }
    ''
}
[pscustomobject] @{
    error = $null
    records = @($records | ForEach-Object -Process {
        [pscustomobject] @{
            name = & $text $_ @('Name')
            type = & $text $_ @('Type', 'QueryType')
            section = & $text $_ @('Section')
            ttl = & $text $_ @('TTL')
            target = & $text $_ @('NameTarget', 'NameHost')
            priority = & $text $_ @('Priority')
            weight = & $text $_ @('Weight')
            port = & $text $_ @('Port')
            address = & $text $_ @('IP4Address', 'IP6Address', 'IPAddress')
        }
    })
}
