# Stands in for the cmdlets of Windows on a healthy KMS client. Names and types of properties are those of Microsoft's
# pages, which docs/windows-calls.md lists. The functions that the scripts call are made by module.ts; these answer, and
# know no parameter that the scripts do not use.

function Log([hashtable] $What) {
    $line = ConvertTo-Json -InputObject $What -Depth 4 -Compress
    [System.IO.File]::AppendAllText($LogFile, $line + "`n")
}

# An error as the cmdlets of Windows write one: not terminating, with an id of their own.
function New-Failure([string] $Id, [string] $Message, [string] $Category = 'NotSpecified') {
    $exception = [System.Management.Automation.RuntimeException]::new($Message)
    [System.Management.Automation.ErrorRecord]::new($exception, $Id, $Category, $null)
}

# What a cmdlet does is looked up at every call: a test puts functions of the same names into the scene, and they are
# used instead of those here. The scene can also replace what only gives data: Licensing-Service, Log-Events, ...
function Answer([string] $Cmdlet, $Bound) {
    $Given = @{}
    foreach ($name in $Bound.Keys) {
        # Most parameters of Windows take a list; a function that wants one thing gets one.
        $Given[$name] = if ($Bound[$name] -is [array] -and $Bound[$name].Count -eq 1) { $Bound[$name][0] } else { $Bound[$name] }
    }
    $scene = [System.IO.File]::ReadAllText($SceneFile)
    . ([scriptblock]::Create($scene))
    if ($scene -match "function $Cmdlet\b") { & $Cmdlet @Given } else { & "Healthy-$Cmdlet" @Given }
}

# Rows of CIM: cim.psm1 completes them, and refuses a column that the class does not have.
function Licensing-Service { @{ Version = '10.0.26100.1' } }
function Licensing-Products { @{ LicenseStatus = 1 } }
function Cim-Class([string] $ClassName) {
    switch ($ClassName) {
        'Win32_Service' {
            @{ Name = 'sppsvc'; State = 'Running'; StartMode = 'Auto' }
            @{ Name = 'Dnscache'; State = 'Running'; StartMode = 'Auto' }
            @{ Name = 'W32Time'; State = 'Stopped'; StartMode = 'Manual' }
        }
        'Win32_OperatingSystem' { @{ Caption = 'Microsoft Windows 11 Enterprise'; BuildNumber = '26100'; ProductType = 1; MUILanguages = @('zh-TW', 'en-US') } }
        'Win32_ComputerSystem' { @{ Name = 'PC-042'; PartOfDomain = $true; Domain = 'contoso.com' } }
        'Win32_NetworkAdapterConfiguration' {
            @{ InterfaceIndex = 7; IPEnabled = $true; Description = 'Adapter'; IPAddress = @('10.0.0.42', 'fe80::1'); DefaultIPGateway = @('10.0.0.1'); DNSDomain = 'contoso.com' }
            @{ InterfaceIndex = 9; IPEnabled = $false; Description = 'WAN Miniport' }
        }
        # An adapter without servers for IPv6 has the placeholders of Windows, and so has the loopback.
        'MSFT_DNSClientServerAddress' {
            @{ InterfaceIndex = 7; InterfaceAlias = 'Ethernet'; AddressFamily = 2; ServerAddresses = @('10.0.0.10') }
            @{ InterfaceIndex = 7; InterfaceAlias = 'Ethernet'; AddressFamily = 23; ServerAddresses = @('fec0:0:0:ffff::1', 'fec0:0:0:ffff::2', 'fec0:0:0:ffff::3') }
            @{ InterfaceIndex = 1; InterfaceAlias = 'Loopback Pseudo-Interface 1'; AddressFamily = 2; ServerAddresses = @() }
        }
        'MSFT_DNSClientGlobalSetting' { @{ SuffixSearchList = @('contoso.com', 'corp.contoso.com') } }
        # 0 is public, 1 private, 2 a network whose domain answered.
        'MSFT_NetConnectionProfile' { @{ Name = 'contoso.com'; InterfaceAlias = 'Ethernet'; InterfaceIndex = 7; NetworkCategory = 2; IPv4Connectivity = 4; IPv6Connectivity = 1 } }
    }
}

function Log-Events {
    $spp = @{ Log = 'Application'; Provider = 'Microsoft-Windows-Security-SPP' }
    $spp + @{
        Id = 12288; RecordId = 9; Time = [datetime]::new(2026, 11, 22, 9, 0, 0, [System.DateTimeKind]::Utc)
        Data = @('0xC004F074, 0x00000000, kms1.contoso.com:1688, 0-0-0, 2026/11/22 09:00, 0, 5, 0, 1-1-1, 25')
    }
    $spp + @{
        Id = 8198; RecordId = 8; Time = [datetime]::new(2026, 11, 22, 8, 0, 0, [System.DateTimeKind]::Utc)
        Data = @('hr=0xC004F074', 'RuleId=1;Action=AutoActivate')
    }
    $spp + @{ Id = 16384; RecordId = 7; Time = [datetime]::new(2026, 11, 22, 7, 0, 0, [System.DateTimeKind]::Utc); Data = @('2026-11-22T07:00:30Z', 'TBL') }
}
function Healthy-Get-WinEvent {
    [CmdletBinding()] param([string] $LogName, [string] $FilterXPath, [long] $MaxEvents)
    Log @{ cmdlet = 'Get-WinEvent'; log = $LogName; filter = $FilterXPath; most = $MaxEvents }
    $inLog = @(Log-Events | Where-Object -FilterScript { $_.Log -eq $LogName })
    if ($inLog.Count -eq 0 -and $LogName -ne 'Application') {
        $PSCmdlet.WriteError((New-Failure 'NoMatchingLogsFound,Microsoft.PowerShell.Commands.GetWinEventCommand' 'no such log'))
        return
    }
    $found = @($inLog | Where-Object -FilterScript {
        $xml = [xml] "<Event><System><Provider Name='$($_.Provider)'/><EventID>$($_.Id)</EventID></System></Event>"
        $null -ne $xml.SelectSingleNode($FilterXPath)
    })
    if ($found.Count -eq 0) {
        $PSCmdlet.WriteError((New-Failure 'NoMatchingEventsFound,Microsoft.PowerShell.Commands.GetWinEventCommand' 'no such events' 'ObjectNotFound'))
        return
    }
    foreach ($one in @($found)[0..([Math]::Min($MaxEvents, $found.Count) - 1)]) {
        [pscustomobject] @{
            Id = [int] $one.Id; RecordId = [long] $one.RecordId; TimeCreated = [datetime] $one.Time
            ProviderName = $one.Provider; LogName = $one.Log
            Properties = @($one.Data | ForEach-Object -Process { [pscustomobject] @{ Value = $_ } })
        }
    }
}
function Healthy-Get-ItemProperty {
    [CmdletBinding()] param([string] $LiteralPath, [string] $Name)
    if ($LiteralPath -ne 'HKLM:\SOFTWARE\Microsoft\Cryptography' -or $Name -ne 'MachineGuid') {
        $PSCmdlet.WriteError((New-Failure 'PathNotFound,Microsoft.PowerShell.Commands.GetItemPropertyCommand' 'no such value' 'ObjectNotFound'))
        return
    }
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
function Healthy-Get-DnsClientServerAddress {
    [CmdletBinding()] param([uint32[]] $InterfaceIndex)
    $all = @(
        [pscustomobject] @{ InterfaceAlias = 'Ethernet'; InterfaceIndex = [uint32] 7; ServerAddresses = @('10.0.0.10', '10.0.0.11') }
        [pscustomobject] @{ InterfaceAlias = 'Ethernet'; InterfaceIndex = [uint32] 7; ServerAddresses = @() }
        [pscustomobject] @{ InterfaceAlias = 'Ether[net]'; InterfaceIndex = [uint32] 9; ServerAddresses = @('FD00::10') }
    )
    @($all | Where-Object -FilterScript { $null -eq $InterfaceIndex -or $InterfaceIndex -contains $_.InterfaceIndex })
}
function Healthy-Set-DnsClientServerAddress {
    [CmdletBinding()] param([uint32[]] $InterfaceIndex, [string[]] $ServerAddresses, [switch] $ResetServerAddresses)
    Log @{ cmdlet = 'Set-DnsClientServerAddress'; index = $InterfaceIndex; servers = $ServerAddresses; reset = [bool] $ResetServerAddresses }
}
function Healthy-Set-NetFirewallRule {
    [CmdletBinding()] param([string[]] $Name, [string] $Enabled)
    Log @{ cmdlet = 'Set-NetFirewallRule'; name = $Name; enabled = $Enabled }
}
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
