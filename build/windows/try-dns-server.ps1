<#
.SYNOPSIS
  Makes this server a DNS server, and has the program create an SRV record in it and take it away again. Elevated, on a
  Windows Server that may be thrown away.
.PARAMETER Doctor
  kms-doctor.exe, or dist\cli\cli.js of the checkout.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$zone = 'kms-doctor.test'

# The targets of the record, as the DNS server answers over the wire.
function Get-Target {
  $records = Resolve-DnsName -Name "_vlmcs._tcp.$zone" -Type SRV -Server '127.0.0.1' -DnsOnly -ErrorAction SilentlyContinue
  @($records | Where-Object { $_.PSObject.Properties['NameTarget'] } | ForEach-Object { $_.NameTarget })
}

$role = Install-WindowsFeature -Name 'DNS' -IncludeManagementTools
Assert-That $role.Success 'the DNS server is installed'
Add-DnsServerPrimaryZone -Name $zone -ZoneFile "$zone.dns"

# As on every DNS server, this PC asks itself.
$adapter = Get-NetIPConfiguration | Where-Object { $null -ne $_.IPv4DefaultGateway } | Select-Object -First 1
Assert-That ($null -ne $adapter) 'this PC has a network'
$former = (Get-DnsClientServerAddress -InterfaceIndex $adapter.InterfaceIndex -AddressFamily IPv4).ServerAddresses
Add-DnsServerForwarder -IPAddress $former
Set-DnsClientServerAddress -InterfaceIndex $adapter.InterfaceIndex -ServerAddresses '127.0.0.1'
try {
  Assert-That (@(Get-Target).Count -eq 0) 'there is no record at first'
  $created = Invoke-Fix 'create-srv-record' @("domain=$zone", "host=kms1.$zone", 'port=1688', "zone=$zone", 'method=windows-dns')
  Assert-That ((@(Get-Target) -join ' ') -eq "kms1.$zone") 'the DNS server answers with the record'
  Undo-Fix $created
  Assert-That (@(Get-Target).Count -eq 0) 'the DNS server no longer has it'
} finally {
  Set-DnsClientServerAddress -InterfaceIndex $adapter.InterfaceIndex -ResetServerAddresses
}
exit 0
