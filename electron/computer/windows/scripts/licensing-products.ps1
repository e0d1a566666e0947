# The rows of SoftwareLicensingProduct for Windows that have a key. Without the WHERE every edition is evaluated.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingproduct
param($With)
$namespace = 'root/cimv2'
$class = 'SoftwareLicensingProduct'
# What nothing can be said without, and the two columns that the WHERE names in any case. A query that names a column
# which this Windows lacks fails as a whole.
$asked = @(
    'ApplicationID', 'PartialProductKey', 'Description', 'LicenseStatus', 'LicenseStatusReason', 'LicenseIsAddon'
)
$more = @(
    'ID', 'Name', 'GracePeriodRemaining', 'LicenseFamily', 'ProductKeyChannel', 'VLActivationType',
    'VLActivationTypeEnabled', 'VLActivationInterval', 'VLRenewalInterval', 'KeyManagementServiceMachine',
    'KeyManagementServicePort', 'KeyManagementServiceLookupDomain', 'DiscoveredKeyManagementServiceMachineName',
    'DiscoveredKeyManagementServiceMachinePort', 'IsKeyManagementServiceMachine', 'KeyManagementServiceCurrentCount',
    'RequiredClientCount', 'GenuineStatus', 'RemainingSkuReArmCount', 'RemainingAppReArmCount'
)
try {
    $known = @((Get-CimClass -Namespace $namespace -ClassName $class -OperationTimeoutSec 5).CimClassProperties |
        ForEach-Object -Process { [string] $_.Name })
    $asked += @($more | Where-Object -FilterScript { $known -contains $_ })
} catch {
    # A class that cannot be read may still have rows: the query itself says what is wrong where it has none.
    $known = $null
}
$query = "SELECT {0} FROM {1} WHERE ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' " +
    'AND PartialProductKey IS NOT NULL'
Get-CimInstance -Namespace $namespace -Query ($query -f ($asked -join ', '), $class) -OperationTimeoutSec 23 |
    Select-Object -Property $asked
