# Installs a product key by the method that slmgr itself calls. The key comes from standard input and goes nowhere else:
# it's part of a hashtable, which module logging records as the name of its type.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/installproductkey-softwarelicensingservice
param($With, $Secret)
$service = Get-CimInstance -Namespace root/cimv2 -Query 'SELECT Version FROM SoftwareLicensingService'
$result = Invoke-CimMethod -InputObject $service -MethodName InstallProductKey -Arguments @{ ProductKey = [string] $Secret.Text }
if ($null -ne $result -and [uint32] $result.ReturnValue -ne 0) {
    throw ('ReturnValue=0x{0:X8}' -f [uint32] $result.ReturnValue)
}
$null = Invoke-CimMethod -InputObject $service -MethodName RefreshLicenseStatus
$query = "SELECT PartialProductKey FROM SoftwareLicensingProduct " +
    "WHERE ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f' AND PartialProductKey IS NOT NULL"
# The key is already installed, so a failure to read this isn't an error.
$partialKeys = try {
    , @(Get-CimInstance -Namespace root/cimv2 -Query $query | ForEach-Object -Process { [string] $_.PartialProductKey })
} catch { $null }
[pscustomobject] @{ partialKeys = $partialKeys }
