# The rows of SoftwareLicensingProduct for Windows or Office that have a key. Without WHERE, every edition is evaluated.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingproduct
param($With)
$namespace = 'root/cimv2'
$class = 'SoftwareLicensingProduct'
# Essential columns, and the two columns that WHERE names anyway. A query that names a column that this Windows doesn't
# have fails as a whole.
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
    # A class that can't be read may still have rows. If it has none, the query itself reports what's wrong.
    $known = $null
}
$application = '55c92734-d682-4d71-983e-d6ec3f16059f'
if ($null -ne $With.PSObject.Properties['application']) { $application = '0ff1ce15-a989-479d-af46-f275c6370663' }
$query = "SELECT {0} FROM {1} WHERE ApplicationID = '{2}' AND PartialProductKey IS NOT NULL"
Get-CimInstance -Namespace $namespace -Query ($query -f ($asked -join ', '), $class, $application) -OperationTimeoutSec 23 |
    Select-Object -Property $asked
