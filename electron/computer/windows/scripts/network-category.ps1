# Categories of the networks that this PC is connected to: 0 public, 1 private, 2 domain.
# https://learn.microsoft.com/powershell/module/netconnection/get-netconnectionprofile
param($With)
Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_NetConnectionProfile -Property NetworkCategory -OperationTimeoutSec 8 |
    ForEach-Object -Process { [pscustomobject] @{ category = [int] $_.NetworkCategory } }
