# Clears the resolver's cache, and returns the KMS records that were in it and still are.
# https://learn.microsoft.com/powershell/module/dnsclient/get-dnsclientcache
param($With)
$key = { param($Of) [string] $Of.Entry + ' ' + [string] $Of.Type + ' ' + [string] $Of.Data }
$before = @{}
foreach ($found in @(Get-DnsClientCache)) { $before[(& $key $found)] = [int64] $found.TimeToLive }
Clear-DnsClientCache
$after = @{}
$left = @()
foreach ($found in @(Get-DnsClientCache)) {
    $name = & $key $found
    $after[$name] = $true
    # A record that was queried again since then has its full time to live again.
    if ([string] $found.Entry -like '_vlmcs._tcp*' -and $before.ContainsKey($name) -and [int64] $found.TimeToLive -le $before[$name]) {
        $left += [string] $found.Entry
    }
}
# A record that is gone long before it expires proves that the cache was cleared, and that the others were added later.
foreach ($name in $before.Keys) {
    if ($before[$name] -gt 5 -and -not $after.ContainsKey($name)) { $left = @() }
}
[pscustomobject] @{ left = $left }
