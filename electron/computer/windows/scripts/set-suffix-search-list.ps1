# Sets the DNS suffix search list.
# https://learn.microsoft.com/powershell/module/dnsclient/set-dnsclientglobalsetting
param($With)
$suffixes = @($With.suffixes | ForEach-Object -Process { [string] $_ })
# An empty string clears the list; the effect of an empty array isn't documented.
if ($suffixes.Count -eq 0) { $suffixes = @('') }
Set-DnsClientGlobalSetting -SuffixSearchList $suffixes
