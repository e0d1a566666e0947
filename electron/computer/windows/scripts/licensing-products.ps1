# The rows of SoftwareLicensingProduct for Windows that have a key. Without the WHERE every edition is evaluated.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingproduct
param($With)
$columns = @(
    'ID', 'Name', 'Description', 'ApplicationID', 'LicenseStatus', 'LicenseStatusReason', 'GracePeriodRemaining',
    'PartialProductKey', 'LicenseFamily', 'LicenseIsAddon', 'VLActivationInterval', 'VLRenewalInterval',
    'KeyManagementServiceMachine', 'KeyManagementServicePort', 'DiscoveredKeyManagementServiceMachineName',
    'DiscoveredKeyManagementServiceMachinePort', 'IsKeyManagementServiceMachine',
    'KeyManagementServiceCurrentCount', 'RequiredClientCount', 'GenuineStatus'
)
$newer = @(
    'ProductKeyChannel', 'VLActivationType', 'VLActivationTypeEnabled', 'KeyManagementServiceLookupDomain',
    'RemainingSkuReArmCount', 'RemainingAppReArmCount'
)
$query = "SELECT {0} FROM SoftwareLicensingProduct " +
    "WHERE ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL"
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
