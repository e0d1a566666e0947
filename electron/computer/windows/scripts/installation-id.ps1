# The installation ID for activation by telephone, of the Windows product that has a key.
param($With)
$query = "SELECT OfflineInstallationId, LicenseIsAddon FROM SoftwareLicensingProduct " +
    "WHERE ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL"
Get-CimInstance -Namespace root/cimv2 -Query $query -OperationTimeoutSec 28 |
    Select-Object -Property OfflineInstallationId, LicenseIsAddon
