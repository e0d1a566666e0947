# Sets the DNS suffix search list.
# https://learn.microsoft.com/powershell/module/dnsclient/set-dnsclientglobalsetting
param($With)
$suffixes = @($With.suffixes | ForEach-Object -Process { [string] $_ })
# An empty text empties the list; what an empty array does is written nowhere.
if ($suffixes.Count -eq 0) { $suffixes = @('') }
Set-DnsClientGlobalSetting -SuffixSearchList $suffixes
