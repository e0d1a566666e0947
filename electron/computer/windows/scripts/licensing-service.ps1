# The row of SoftwareLicensingService, by named columns: OA3xOriginalProductKey, a whole product key, is not asked for.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingservice
param($With)
$columns = @(
    'Version', 'KeyManagementServiceMachine', 'KeyManagementServicePort', 'IsKeyManagementServiceMachine',
    'VLActivationInterval', 'VLRenewalInterval', 'KeyManagementServiceCurrentCount', 'RequiredClientCount',
    'DiscoveredKeyManagementServiceMachineName', 'DiscoveredKeyManagementServiceMachinePort',
    'ClientMachineID', 'RemainingWindowsReArmCount', 'KeyManagementServiceListeningPort',
    'KeyManagementServiceDnsPublishing', 'KeyManagementServiceLowPriority', 'KeyManagementServiceHostCaching',
    'KeyManagementServiceUnlicensedRequests', 'KeyManagementServiceLicensedRequests',
    'KeyManagementServiceOOBGraceRequests', 'KeyManagementServiceOOTGraceRequests',
    'KeyManagementServiceNonGenuineGraceRequests', 'KeyManagementServiceNotificationRequests',
    'KeyManagementServiceTotalRequests', 'KeyManagementServiceFailedRequests',
    'KeyManagementServiceActivationDisabled'
)
$newer = @('KeyManagementServiceLookupDomain')
$query = 'SELECT {0} FROM SoftwareLicensingService'
try {
    $asked = $columns + $newer
    $rows = Get-CimInstance -Namespace root/cimv2 -Query ($query -f ($asked -join ', ')) -OperationTimeoutSec 28
} catch {
    # WBEM_E_INVALID_QUERY: this Windows does not know a column.
    if ($_.FullyQualifiedErrorId -notlike '*0x80041017*') { throw }
    $asked = $columns
    $rows = Get-CimInstance -Namespace root/cimv2 -Query ($query -f ($asked -join ', ')) -OperationTimeoutSec 28
}
$rows | Select-Object -Property $asked
