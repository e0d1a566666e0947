# The row of SoftwareLicensingService, by named columns. OA3xOriginalProductKey, a full product key, isn't queried;
# OA3xOriginalProductKeyDescription has the edition and channel that it's for.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingservice
param($With)
$namespace = 'root/cimv2'
$class = 'SoftwareLicensingService'
# Essential columns. A query that names a column that this Windows doesn't have fails as a whole.
$asked = @(
    'Version', 'KeyManagementServiceMachine', 'KeyManagementServicePort', 'KeyManagementServiceDnsPublishing'
)
$more = @(
    'KeyManagementServiceLookupDomain', 'IsKeyManagementServiceMachine', 'VLActivationInterval', 'VLRenewalInterval',
    'KeyManagementServiceCurrentCount', 'RequiredClientCount', 'DiscoveredKeyManagementServiceMachineName',
    'DiscoveredKeyManagementServiceMachinePort', 'ClientMachineID', 'RemainingWindowsReArmCount',
    'KeyManagementServiceListeningPort', 'KeyManagementServiceLowPriority', 'KeyManagementServiceHostCaching',
    'KeyManagementServiceUnlicensedRequests', 'KeyManagementServiceLicensedRequests',
    'KeyManagementServiceOOBGraceRequests', 'KeyManagementServiceOOTGraceRequests',
    'KeyManagementServiceNonGenuineGraceRequests', 'KeyManagementServiceNotificationRequests',
    'KeyManagementServiceTotalRequests', 'KeyManagementServiceFailedRequests', 'OA3xOriginalProductKeyDescription',
    'SubscriptionType', 'SubscriptionStatus', 'SubscriptionEdition', 'SubscriptionExpiry'
)
try {
    $known = @((Get-CimClass -Namespace $namespace -ClassName $class -OperationTimeoutSec 5).CimClassProperties |
        ForEach-Object -Process { [string] $_.Name })
    $asked += @($more | Where-Object -FilterScript { $known -contains $_ })
} catch {
    # A class that can't be read may still have rows. If it has none, the query itself reports what's wrong.
    $known = $null
}
$query = 'SELECT {0} FROM {1}' -f ($asked -join ', '), $class
Get-CimInstance -Namespace $namespace -Query $query -OperationTimeoutSec 23 | Select-Object -Property $asked
