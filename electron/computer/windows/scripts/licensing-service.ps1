# The row of SoftwareLicensingService, by named columns: OA3xOriginalProductKey, a whole product key, is not asked for;
# OA3xOriginalProductKeyDescription says for which edition and channel it is.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingservice
param($With)
$namespace = 'root/cimv2'
$class = 'SoftwareLicensingService'
# What nothing can be said without. A query that names a column which this Windows lacks fails as a whole.
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
    # A class that cannot be read may still have rows: the query itself says what is wrong where it has none.
    $known = $null
}
$query = 'SELECT {0} FROM {1}' -f ($asked -join ', '), $class
Get-CimInstance -Namespace $namespace -Query $query -OperationTimeoutSec 23 | Select-Object -Property $asked
