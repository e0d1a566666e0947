<#
.SYNOPSIS
  Installs the DNS server role on this server, and has the program create an SRV record in it and undo that. Run it
  elevated, on a disposable Windows Server.
.PARAMETER Doctor
  kms-doctor.exe, or dist\cli\cli.js of the checkout.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$zone = 'kms-doctor.test'

# Returns the targets of the record as the DNS server sends them over the network.
function Get-Target {
  $records = Resolve-DnsName -Name "_vlmcs._tcp.$zone" -Type SRV -Server '127.0.0.1' -DnsOnly -ErrorAction SilentlyContinue
  @($records | Where-Object { $_.PSObject.Properties['NameTarget'] } | ForEach-Object { $_.NameTarget })
}

$role = Install-WindowsFeature -Name 'DNS' -IncludeManagementTools
Assert-That $role.Success 'the DNS server is installed'
Add-DnsServerPrimaryZone -Name $zone -ZoneFile "$zone.dns"

# As on any DNS server, this PC uses itself as its resolver.
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
