# Installs a product key by the method that slmgr itself calls. The key comes on standard input and goes nowhere else:
# as part of a table, which module logging writes down as the name of its type.
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
# The key is installed by now: that this cannot be read is no failure of it.
$partialKeys = try {
    , @(Get-CimInstance -Namespace root/cimv2 -Query $query | ForEach-Object -Process { [string] $_.PartialProductKey })
} catch { $null }
[pscustomobject] @{ partialKeys = $partialKeys }
