# Does what slmgr does, by the CIM methods that it calls itself; used if VBScript can't run.
# https://learn.microsoft.com/previous-versions/windows/desktop/sppwmi/softwarelicensingservice
param($With)
$invoke = {
    param($Target, $Method, $Arguments)
    $result = if ($Arguments.Count -gt 0) {
        Invoke-CimMethod -InputObject $Target -MethodName $Method -Arguments $Arguments
    } else {
        Invoke-CimMethod -InputObject $Target -MethodName $Method
    }
    if ($null -ne $result -and [uint32] $result.ReturnValue -ne 0) {
        throw ('ReturnValue=0x{0:X8}' -f [uint32] $result.ReturnValue)
    }
}
# The service's settings apply to all products, a product's settings only to that product.
$target = {
    $query = if ($null -eq $With.productId) { 'SELECT Version FROM SoftwareLicensingService' }
        else { "SELECT ID FROM SoftwareLicensingProduct WHERE ID = '{0}'" -f [guid] [string] $With.productId }
    Get-CimInstance -Namespace root/cimv2 -Query $query
}
$call = {
    param($Method, $Arguments)
    $found = @(& $target)
    if ($found.Count -eq 0) { throw 'no such product' }
    & $invoke $found[0] $Method $Arguments
}
$products = {
    $application = if ($With.applicationId -eq '0ff1ce15-a989-479d-af46-f275c6370663') { '0ff1ce15-a989-479d-af46-f275c6370663' }
        else { '55c92734-d682-4d71-983e-d6ec3f16059f' }
    $query = "SELECT ID, LicenseIsAddon FROM SoftwareLicensingProduct " +
        "WHERE ApplicationID = '$application' AND PartialProductKey IS NOT NULL"
    @(Get-CimInstance -Namespace root/cimv2 -Query $query | Where-Object -FilterScript { -not [bool] $_.LicenseIsAddon })
}
switch -CaseSensitive ([string] $With.operation) {
    'activate' {
        $rows = @(& $products)
        if ($rows.Count -eq 0) { throw 'no product key' }
        foreach ($row in $rows) { & $invoke $row 'Activate' @{} }
        & $call 'RefreshLicenseStatus' @{}
    }
    'set-activation-type' {
        $method, $arguments = if ([uint32] $With.type -eq 0) { 'ClearVLActivationTypeEnabled', @{} }
            else { 'SetVLActivationTypeEnabled', @{ ActivationType = [uint32] $With.type } }
        & $call $method $arguments
    }
    'deposit-confirmation-id' {
        $rows = @(& $products)
        if ($rows.Count -eq 0) { throw 'no product key' }
        foreach ($row in $rows) {
            & $invoke $row 'DepositOfflineConfirmationId' @{
                InstallationId = [string] $With.installationId
                ConfirmationId = [string] $With.confirmationId
            }
        }
        & $call 'RefreshLicenseStatus' @{}
    }
    'set-kms-host' {
        & $call 'SetKeyManagementServiceMachine' @{ MachineName = [string] $With.host }
        if ($null -eq $With.port) { & $call 'ClearKeyManagementServicePort' @{} }
        else { & $call 'SetKeyManagementServicePort' @{ PortNumber = [uint32] $With.port } }
    }
    'clear-kms-host' {
        & $call 'ClearKeyManagementServiceMachine' @{}
        & $call 'ClearKeyManagementServicePort' @{}
    }
    'set-lookup-domain' {
        & $call 'SetKeyManagementServiceLookupDomain' @{ LookupDomain = [string] $With.domain }
    }
    'clear-lookup-domain' { & $call 'ClearKeyManagementServiceLookupDomain' @{} }
    'set-dns-publishing' {
        & $call 'DisableKeyManagementServiceDnsPublishing' @{ DisablePublishing = -not [bool] $With.enabled }
    }
    default { throw 'unknown operation' }
}
