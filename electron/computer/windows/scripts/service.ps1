# State and start type of one of the two relevant services.
# https://learn.microsoft.com/windows/win32/cimwin32prov/win32-service
param($With)
$filters = @{ sppsvc = "Name = 'sppsvc'"; Dnscache = "Name = 'Dnscache'" }
if (-not $filters.ContainsKey([string] $With.name)) { throw 'unknown service' }
Get-CimInstance -Namespace root/cimv2 -ClassName Win32_Service -Filter $filters[[string] $With.name] -Property State, StartMode, DelayedAutoStart -OperationTimeoutSec 28 |
    Select-Object -Property State, StartMode, DelayedAutoStart
