# Sets the DNS suffix search list, and says which one is set then.
# https://learn.microsoft.com/powershell/module/dnsclient/set-dnsclientglobalsetting
param($With)
$suffixes = @($With.suffixes | ForEach-Object -Process { [string] $_ })
Set-DnsClientGlobalSetting -SuffixSearchList $suffixes
$list = @(Get-DnsClientGlobalSetting | ForEach-Object -Process { $_.SuffixSearchList } |
    Where-Object -FilterScript { [string] $_ -ne '' } | ForEach-Object -Process { [string] $_ })
[pscustomobject] @{ suffixes = $list }
