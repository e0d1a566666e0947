# Empties the resolver's cache, unless that was done already, and says which KMS records are left in it.
# https://learn.microsoft.com/powershell/module/dnsclient/get-dnsclientcache
param($With)
if ([bool] $With.flush) { Clear-DnsClientCache }
$left = @(Get-DnsClientCache | Where-Object -FilterScript { ([string] $_.Entry) -like '_vlmcs._tcp*' })
[pscustomobject] @{ left = @($left | ForEach-Object -Process { [string] $_.Entry }) }
