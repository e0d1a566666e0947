# Stands in for the cmdlets of Windows on a healthy KMS client. Names and types of properties are those of Microsoft's
# pages, which docs/windows-calls.md lists; parameters that the scripts do not use do not exist, so that a mistake in
# one is an error.

$LogFile = 'LOGFILE'

function Log([hashtable] $What) {
    $line = ConvertTo-Json -InputObject $What -Depth 4 -Compress
    [System.IO.File]::AppendAllText($LogFile, $line + "`n")
}

# An error as the cmdlets of Windows write one: not terminating, with an id of their own.
function New-Failure([string] $Id, [string] $Message, [string] $Category = 'NotSpecified') {
    $exception = [System.Management.Automation.RuntimeException]::new($Message)
    [System.Management.Automation.ErrorRecord]::new($exception, $Id, $Category, $null)
}

function Healthy-Get-CimInstance {
    [CmdletBinding()] param([string] $Namespace, [string] $Query, [string] $ClassName, [string] $Filter, [string[]] $Property, [uint32] $OperationTimeoutSec)
    Log @{ cmdlet = 'Get-CimInstance'; query = $Query; class = $ClassName; filter = $Filter; namespace = $Namespace }
    if ($Query -match ' FROM SoftwareLicensingService') { Licensing-Service }
    elseif ($Query -match ' FROM SoftwareLicensingProduct') { Licensing-Products }
    else { Cim-Class $ClassName $Filter }
}
function Licensing-Service {
    [pscustomobject] @{
        Version = '10.0.26100.1'
        KeyManagementServiceMachine = ''
        KeyManagementServicePort = [uint32] 0
        KeyManagementServiceLookupDomain = ''
        KeyManagementServiceCurrentCount = [uint32]::MaxValue
        KeyManagementServiceDnsPublishing = $true
        KeyManagementServiceListeningPort = [uint32] 1688
        DiscoveredKeyManagementServiceMachineName = 'kms1.contoso.com'
        ClientMachineID = '00000000-1111-2222-3333-444444444444'
        OA3xOriginalProductKey = 'never asked for'
    }
}
function Licensing-Products {
    [pscustomobject] @{
        ID = '73111121-5638-40f6-bc11-f1d7b0d64300'
        Name = 'Windows(R), Enterprise edition'
        Description = 'Windows(R) Operating System, VOLUME_KMSCLIENT channel'
        ApplicationID = '55c92734-d682-4d71-983e-d6ec3f16059f'
        LicenseStatus = [uint32] 1
        LicenseStatusReason = [uint32] 1074065472
        GracePeriodRemaining = [uint32] 259200
        PartialProductKey = '2YT43'
        ProductKeyChannel = 'Volume:GVLK'
        LicenseFamily = 'Enterprise'
        LicenseIsAddon = $false
        VLActivationTypeEnabled = [uint32] 0
        OfflineInstallationId = '123456789012345678901234567890'
    }
}
function Cim-Class($ClassName, $Filter) {
    switch ($ClassName) {
        'Win32_Service' { [pscustomobject] @{ State = 'Running'; StartMode = 'Auto' } }
        'Win32_OperatingSystem' {
            [pscustomobject] @{ Caption = 'Microsoft Windows 11 Enterprise'; BuildNumber = '26100'; ProductType = [uint32] 1; MUILanguages = @('zh-TW', 'en-US') }
        }
        'Win32_ComputerSystem' { [pscustomobject] @{ Name = 'PC-042'; PartOfDomain = $true; Domain = 'contoso.com' } }
        'Win32_NetworkAdapterConfiguration' {
            [pscustomobject] @{ InterfaceIndex = [uint32] 7; Description = 'Adapter'; IPAddress = @('10.0.0.42', 'fe80::1'); DefaultIPGateway = @('10.0.0.1'); DNSDomain = 'contoso.com' }
        }
        'MSFT_DNSClientServerAddress' {
            [pscustomobject] @{ InterfaceIndex = [uint32] 7; InterfaceAlias = 'Ethernet'; ServerAddresses = @('10.0.0.10') }
            [pscustomobject] @{ InterfaceIndex = [uint32] 7; InterfaceAlias = 'Ethernet'; ServerAddresses = @() }
        }
        'MSFT_DNSClientGlobalSetting' { [pscustomobject] @{ SuffixSearchList = @('contoso.com', 'corp.contoso.com') } }
    }
}
function Healthy-Invoke-CimMethod {
    [CmdletBinding()] param($InputObject, [string] $MethodName, [System.Collections.IDictionary] $Arguments)
    Log @{ cmdlet = 'Invoke-CimMethod'; method = $MethodName; arguments = $Arguments }
    [pscustomobject] @{ ReturnValue = [uint32] 0 }
}
function Healthy-Get-WinEvent {
    [CmdletBinding()] param([string] $LogName, [string] $FilterXPath, [long] $MaxEvents)
    Log @{ cmdlet = 'Get-WinEvent'; log = $LogName; filter = $FilterXPath; most = $MaxEvents }
    if ($LogName -ne 'Application') {
        $PSCmdlet.WriteError((New-Failure 'NoMatchingLogsFound,Microsoft.PowerShell.Commands.GetWinEventCommand' 'no such log'))
        return
    }
    [pscustomobject] @{
        Id = 12288; RecordId = [long] 9; TimeCreated = [datetime]::new(2026, 11, 22, 9, 0, 0, [System.DateTimeKind]::Utc)
        Properties = @([pscustomobject] @{ Value = '0xC004F074, 0x00000000, kms1.contoso.com:1688, 0-0-0, 2026/11/22 09:00, 0, 5, 0, 1-1-1, 25' })
    }
    [pscustomobject] @{
        Id = 8198; RecordId = [long] 8; TimeCreated = [datetime]::new(2026, 11, 22, 8, 0, 0, [System.DateTimeKind]::Utc)
        Properties = @([pscustomobject] @{ Value = 'hr=0xC004F074' }, [pscustomobject] @{ Value = 'RuleId=1;Action=AutoActivate' })
    }
}
function Healthy-Get-ItemProperty {
    [CmdletBinding()] param([string] $LiteralPath, [string] $Name)
    [pscustomobject] @{ MachineGuid = 'AAAAAAAA-1111-4222-8333-444444444444' }
}
function Healthy-Resolve-DnsName {
    [CmdletBinding()] param([string] $Name, [string] $Type)
    Log @{ cmdlet = 'Resolve-DnsName'; name = $Name; type = $Type }
    if ($Type -eq 'SRV') {
        [pscustomobject] @{ Name = $Name; Type = 'SRV'; Section = 'Answer'; TTL = [uint32] 3600; NameTarget = 'kms1.contoso.com'; Priority = [uint16] 0; Weight = [uint16] 5; Port = [uint16] 1688 }
        [pscustomobject] @{ Name = 'kms1.contoso.com'; Type = 'A'; Section = 'Additional'; TTL = [uint32] 3600; IP4Address = '10.0.0.20' }
    } elseif ($Type -eq 'A') {
        [pscustomobject] @{ Name = $Name; Type = 'CNAME'; Section = 'Answer'; TTL = [uint32] 60; NameHost = 'kms1.contoso.com' }
        [pscustomobject] @{ Name = 'kms1.contoso.com'; Type = 'A'; Section = 'Answer'; TTL = [uint32] 60; IP4Address = '10.0.0.20' }
    } else {
        # What a name without such records gets is the zone's start of authority.
        [pscustomobject] @{ Name = 'contoso.com'; Type = 'SOA'; Section = 'Authority'; TTL = [uint32] 60 }
    }
}
function Healthy-Get-DnsClientCache { [CmdletBinding()] param() [pscustomobject] @{ Entry = 'www.contoso.com'; Type = 'A'; TimeToLive = 300; Data = '10.0.0.30' } }
function Healthy-Clear-DnsClientCache { [CmdletBinding()] param() Log @{ cmdlet = 'Clear-DnsClientCache' } }
function Healthy-Get-DnsClientGlobalSetting { [CmdletBinding()] param() [pscustomobject] @{ SuffixSearchList = @('contoso.com', 'corp.contoso.com') } }
function Healthy-Set-DnsClientGlobalSetting {
    [CmdletBinding()] param([string[]] $SuffixSearchList)
    Log @{ cmdlet = 'Set-DnsClientGlobalSetting'; list = $SuffixSearchList }
}
function Healthy-Get-NetConnectionProfile { [CmdletBinding()] param() [pscustomobject] @{ NetworkCategory = 'DomainAuthenticated' } }
function Healthy-Get-NetFirewallProfile {
    [CmdletBinding()] param([string] $PolicyStore)
    foreach ($name in 'Domain', 'Private', 'Public') {
        [pscustomobject] @{ Name = $name; Enabled = 'True'; DefaultOutboundAction = 'NotConfigured' }
    }
}
function Healthy-Get-NetFirewallRule {
    [CmdletBinding()] param([string] $Name, [string] $PolicyStore, [string] $Direction, [string] $Enabled, [string] $Action)
    Log @{ cmdlet = 'Get-NetFirewallRule'; name = $Name; action = $Action }
    if ($Name -ne '') { $PSCmdlet.WriteError((New-Failure 'CmdletizationQuery_NotFound_InstanceID,Get-NetFirewallRule' 'no such rule' 'ObjectNotFound')) }
}
function Healthy-Set-NetFirewallRule {
    [CmdletBinding()] param([string] $Name, [string] $Enabled)
    Log @{ cmdlet = 'Set-NetFirewallRule'; name = $Name; enabled = $Enabled }
}
function Healthy-Get-NetFirewallPortFilter { [CmdletBinding()] param($AssociatedNetFirewallRule) $AssociatedNetFirewallRule.Ports }
function Healthy-Get-NetFirewallAddressFilter { [CmdletBinding()] param($AssociatedNetFirewallRule) [pscustomobject] @{ RemoteAddress = $AssociatedNetFirewallRule.Addresses } }
function Healthy-Get-NetFirewallApplicationFilter { [CmdletBinding()] param($AssociatedNetFirewallRule) [pscustomobject] @{ Program = $AssociatedNetFirewallRule.Program } }
function Healthy-Get-DnsServerResourceRecord {
    [CmdletBinding()] param([string] $ZoneName, [string] $ComputerName, [string] $Name, [string] $RRType)
    $PSCmdlet.WriteError((New-Failure 'WIN32 9714,Get-DnsServerResourceRecord' 'no such name'))
}
function Healthy-Add-DnsServerResourceRecord {
    [CmdletBinding()] param([string] $ZoneName, [string] $ComputerName, [switch] $Srv, [string] $Name, [string] $DomainName, [uint16] $Priority, [uint16] $Weight, [uint16] $Port, [timespan] $TimeToLive)
    Log @{ cmdlet = 'Add-DnsServerResourceRecord'; zone = $ZoneName; server = $ComputerName; name = $Name; target = $DomainName; priority = $Priority; weight = $Weight; port = $Port; seconds = $TimeToLive.TotalSeconds }
}
function Healthy-Remove-DnsServerResourceRecord {
    [CmdletBinding()] param([string] $ZoneName, [string] $ComputerName, $InputObject, [switch] $Force)
    Log @{ cmdlet = 'Remove-DnsServerResourceRecord'; zone = $ZoneName; server = $ComputerName; target = [string] $InputObject.RecordData.DomainName }
}

# What the cmdlets do is looked up at every call: a test puts functions of the same names into the scene, and they are
# used instead of those above.
function Get-CimInstance { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-CimInstance ') { Get-CimInstance @args } else { Healthy-Get-CimInstance @args } }
function Invoke-CimMethod { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Invoke-CimMethod ') { Invoke-CimMethod @args } else { Healthy-Invoke-CimMethod @args } }
function Get-WinEvent { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-WinEvent ') { Get-WinEvent @args } else { Healthy-Get-WinEvent @args } }
function Get-ItemProperty { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-ItemProperty ') { Get-ItemProperty @args } else { Healthy-Get-ItemProperty @args } }
function Resolve-DnsName { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Resolve-DnsName ') { Resolve-DnsName @args } else { Healthy-Resolve-DnsName @args } }
function Get-DnsClientCache { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-DnsClientCache ') { Get-DnsClientCache @args } else { Healthy-Get-DnsClientCache @args } }
function Clear-DnsClientCache { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Clear-DnsClientCache ') { Clear-DnsClientCache @args } else { Healthy-Clear-DnsClientCache @args } }
function Get-DnsClientGlobalSetting { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-DnsClientGlobalSetting ') { Get-DnsClientGlobalSetting @args } else { Healthy-Get-DnsClientGlobalSetting @args } }
function Set-DnsClientGlobalSetting { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Set-DnsClientGlobalSetting ') { Set-DnsClientGlobalSetting @args } else { Healthy-Set-DnsClientGlobalSetting @args } }
function Get-NetConnectionProfile { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-NetConnectionProfile ') { Get-NetConnectionProfile @args } else { Healthy-Get-NetConnectionProfile @args } }
function Get-NetFirewallProfile { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-NetFirewallProfile ') { Get-NetFirewallProfile @args } else { Healthy-Get-NetFirewallProfile @args } }
function Get-NetFirewallRule { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-NetFirewallRule ') { Get-NetFirewallRule @args } else { Healthy-Get-NetFirewallRule @args } }
function Set-NetFirewallRule { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Set-NetFirewallRule ') { Set-NetFirewallRule @args } else { Healthy-Set-NetFirewallRule @args } }
function Get-NetFirewallPortFilter { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-NetFirewallPortFilter ') { Get-NetFirewallPortFilter @args } else { Healthy-Get-NetFirewallPortFilter @args } }
function Get-NetFirewallAddressFilter { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-NetFirewallAddressFilter ') { Get-NetFirewallAddressFilter @args } else { Healthy-Get-NetFirewallAddressFilter @args } }
function Get-NetFirewallApplicationFilter { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-NetFirewallApplicationFilter ') { Get-NetFirewallApplicationFilter @args } else { Healthy-Get-NetFirewallApplicationFilter @args } }
function Get-DnsServerResourceRecord { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Get-DnsServerResourceRecord ') { Get-DnsServerResourceRecord @args } else { Healthy-Get-DnsServerResourceRecord @args } }
function Add-DnsServerResourceRecord { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Add-DnsServerResourceRecord ') { Add-DnsServerResourceRecord @args } else { Healthy-Add-DnsServerResourceRecord @args } }
function Remove-DnsServerResourceRecord { $scene = [System.IO.File]::ReadAllText('SCENEFILE'); . ([scriptblock]::Create($scene)); if ($scene -match 'function Remove-DnsServerResourceRecord ') { Remove-DnsServerResourceRecord @args } else { Healthy-Remove-DnsServerResourceRecord @args } }


Export-ModuleMember -Function *
