# Empties the resolver's cache, and says which KMS records that were in it are still there.
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
    # What was asked for anew since has its whole time to live again.
    if ([string] $found.Entry -like '_vlmcs._tcp*' -and $before.ContainsKey($name) -and [int64] $found.TimeToLive -le $before[$name]) {
        $left += [string] $found.Entry
    }
}
# One that is gone long before its time proves that the cache was emptied: the others have come back since.
foreach ($name in $before.Keys) {
    if ($before[$name] -gt 5 -and -not $after.ContainsKey($name)) { $left = @() }
}
[pscustomobject] @{ left = $left }
