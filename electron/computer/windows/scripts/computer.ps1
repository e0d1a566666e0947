# Identity of this computer, as a fallback if the registry can't be read.
# https://learn.microsoft.com/windows/win32/cimwin32prov/win32-operatingsystem
# https://learn.microsoft.com/windows/win32/cimwin32prov/win32-computersystem
param($With)
$system = Get-CimInstance -Namespace root/cimv2 -ClassName Win32_OperatingSystem -Property Caption, BuildNumber, ProductType, MUILanguages -OperationTimeoutSec 28
$machine = Get-CimInstance -Namespace root/cimv2 -ClassName Win32_ComputerSystem -Property Name, PartOfDomain, Domain -OperationTimeoutSec 28
$guid = Get-ItemProperty -LiteralPath 'HKLM:\SOFTWARE\Microsoft\Cryptography' -Name MachineGuid
$elevated = $null
try {
    $principal = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList ([System.Security.Principal.WindowsIdentity]::GetCurrent())
    $elevated = [bool] $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
} catch {
    # The computer's identity matters more than the rights of this process.
}
[pscustomobject] @{
    name = [string] $machine.Name
    caption = [string] $system.Caption
    build = [string] $system.BuildNumber
    server = [int] $system.ProductType -ne 1
    languages = @($system.MUILanguages | ForEach-Object -Process { [string] $_ })
    partOfDomain = [bool] $machine.PartOfDomain
    domain = [string] $machine.Domain
    elevated = $elevated
    machineGuid = [string] $guid.MachineGuid
}
