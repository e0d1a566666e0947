# Rows of a WMI class. A query that names a column this version of Windows lacks fails entirely, so the class definition
# is read first.
$rows = {
    param($With)
    $asked = @($With.Needed)
    try {
        $known = @((Get-CimClass -Namespace root/cimv2 -ClassName $With.Class -OperationTimeoutSec 5 -ErrorAction Stop).CimClassProperties |
            ForEach-Object -Process { [string] $_.Name })
        $asked += @($With.More | Where-Object -FilterScript { $known -contains $_ })
    } catch {
        # The query itself reports the error.
        $known = $null
    }
    $query = 'SELECT ' + ($asked -join ', ') + ' FROM ' + $With.Class + $With.Where
    foreach ($row in @(Get-CimInstance -Namespace root/cimv2 -Query $query -OperationTimeoutSec 20 -ErrorAction Stop)) {
        $found = @{}
        foreach ($name in $asked) { if ($null -ne $row.$name -and [string] $row.$name -ne '') { $found[$name] = $row.$name } }
        $found
    }
}

# Columns by their letters in the line.
$serviceColumns = @{
    v = 'Version'; m = 'KeyManagementServiceMachine'; p = 'KeyManagementServicePort'; n = 'KeyManagementServiceDnsPublishing'
    d = 'KeyManagementServiceLookupDomain'; k = 'IsKeyManagementServiceMachine'; c = 'KeyManagementServiceCurrentCount'
    h = 'DiscoveredKeyManagementServiceMachineName'; o = 'DiscoveredKeyManagementServiceMachinePort'
    i = 'ClientMachineID'; l = 'KeyManagementServiceListeningPort'
}
$productColumns = @{
    a = 'ApplicationID'; k = 'PartialProductKey'; t = 'Description'; s = 'LicenseStatus'; r = 'LicenseStatusReason'; i = 'ID'
    n = 'Name'; g = 'GracePeriodRemaining'; f = 'LicenseFamily'; y = 'ProductKeyChannel'; x = 'VLActivationType'
    e = 'VLActivationTypeEnabled'; m = 'KeyManagementServiceMachine'; p = 'KeyManagementServicePort'
    d = 'KeyManagementServiceLookupDomain'; h = 'DiscoveredKeyManagementServiceMachineName'
    o = 'DiscoveredKeyManagementServiceMachinePort'
}
$serviceAsked = @{
    Class = 'SoftwareLicensingService'; Where = ''; More = @($serviceColumns.Values)
    Needed = @('Version', 'KeyManagementServiceMachine', 'KeyManagementServicePort', 'KeyManagementServiceDnsPublishing')
}
$serviceAsked.More = @($serviceAsked.More | Where-Object -FilterScript { $serviceAsked.Needed -notcontains $_ })
$productsNeeded = @('ApplicationID', 'PartialProductKey', 'Description', 'LicenseStatus', 'LicenseStatusReason', 'LicenseIsAddon')
$productsMore = @($productColumns.Values | Where-Object -FilterScript { $productsNeeded -notcontains $_ })
function Get-ProductsAsked([string] $Application) {
    @{
        Class = 'SoftwareLicensingProduct'; Needed = $productsNeeded; More = $productsMore
        Where = " WHERE ApplicationID = '$Application' AND PartialProductKey IS NOT NULL"
    }
}

$events = {
    param($With)
    $provider = "Provider[@Name='Microsoft-Windows-Security-SPP' or @Name='Software Protection Platform Service']"
    $requests = 'EventID=12288 or EventID=12289 or EventID=12293 or EventID=12294'
    $logs = @(
        @{ Log = 'Application'; Filter = "*[System[$provider and ($requests)]]"; Most = 200 },
        @{ Log = 'Application'; Filter = "*[System[$provider and EventID=8198]]"; Most = 100 },
        @{ Log = 'Application'; Filter = "*[System[$provider and EventID=8233]]"; Most = 100 },
        @{ Log = 'Key Management Service'; Filter = '*[System[EventID=12290]]'; Most = 1000 }
    )
    $found = @()
    foreach ($one in $logs) {
        try {
            $found += @(Get-WinEvent -LogName $one.Log -FilterXPath $one.Filter -MaxEvents $one.Most -ErrorAction Stop)
        } catch {
            # Having no such events, or no such log as on most PCs, is a valid result.
            if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*' -and
                $_.FullyQualifiedErrorId -notlike 'NoMatchingLogsFound*') { throw }
        }
    }
    foreach ($one in @($found | Sort-Object -Property TimeCreated, RecordId)) {
        @{
            Id = [int] $one.Id
            Time = $one.TimeCreated.ToUniversalTime()
            Data = @($one.Properties | ForEach-Object -Process { [string] $_.Value })
        }
    }
}

$machine = {
    param($With)
    $system = Get-CimInstance -Namespace root/cimv2 -ClassName Win32_OperatingSystem -Property Caption, BuildNumber, ProductType -OperationTimeoutSec 20 -ErrorAction Stop
    @{ Caption = [string] $system.Caption; Build = [string] $system.BuildNumber; Server = [int] $system.ProductType -ne 1 }
}
$membership = {
    param($With)
    $computer = Get-CimInstance -Namespace root/cimv2 -ClassName Win32_ComputerSystem -Property Name, PartOfDomain, Domain -OperationTimeoutSec 20 -ErrorAction Stop
    @{ Name = [string] $computer.Name; Joined = [bool] $computer.PartOfDomain; Domain = [string] $computer.Domain }
}
$suffixes = {
    param($With)
    foreach ($one in @(Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_DNSClientGlobalSetting -Property SuffixSearchList -OperationTimeoutSec 10 -ErrorAction Stop)) {
        foreach ($suffix in @($one.SuffixSearchList)) { if ([string] $suffix -ne '') { [string] $suffix } }
    }
}
$adapters = {
    param($With)
    $all = @(Get-CimInstance -Namespace root/cimv2 -ClassName Win32_NetworkAdapterConfiguration -Filter 'IPEnabled = TRUE' -Property InterfaceIndex, Description, IPAddress, DefaultIPGateway, DNSDomain, SettingID -OperationTimeoutSec 20 -ErrorAction Stop)
    $servers = @(Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_DNSClientServerAddress -Property InterfaceIndex, InterfaceAlias, ServerAddresses -OperationTimeoutSec 20 -ErrorAction Stop)
    foreach ($one in $all) {
        $own = @($servers | Where-Object -FilterScript { [int] $_.InterfaceIndex -eq [int] $one.InterfaceIndex })
        @{
            Name = if ($own.Count -gt 0) { [string] $own[0].InterfaceAlias } else { [string] $one.Description }
            Addresses = @($one.IPAddress | Where-Object -FilterScript { [string] $_ -ne '' })
            Gateways = @($one.DefaultIPGateway | Where-Object -FilterScript { [string] $_ -ne '' })
            Servers = @($own | ForEach-Object -Process { $_.ServerAddresses } | Where-Object -FilterScript { [string] $_ -ne '' })
            Suffix = [string] $one.DNSDomain
            Key = [string] $one.SettingID
        }
    }
}
$service = {
    param($With)
    Get-CimInstance -Namespace root/cimv2 -ClassName Win32_Service -Filter "Name = 'sppsvc'" -Property State, StartMode, DelayedAutoStart -OperationTimeoutSec 20 -ErrorAction Stop |
        ForEach-Object -Process { @{ State = [string] $_.State; Start = [string] $_.StartMode; Delayed = [bool] $_.DelayedAutoStart } }
}
$categories = {
    param($With)
    Get-CimInstance -Namespace root/StandardCimv2 -ClassName MSFT_NetConnectionProfile -Property NetworkCategory -OperationTimeoutSec 8 -ErrorAction Stop |
        ForEach-Object -Process { [int] $_.NetworkCategory }
}
$resolver = {
    param($With)
    try {
        $records = @(Resolve-DnsName -Name $With.Name -Type $With.Type -ErrorAction Stop)
    } catch {
        # "DNS_ERROR_RCODE_NAME_ERROR,Microsoft.DnsClient.Commands.ResolveDnsName": the first part is the result.
        $id = ([string] $_.FullyQualifiedErrorId).Split(',')[0]
        if ($id -notmatch '^(DNS_|ERROR_|WSA)') { throw }
        return '3'
    }
    $own = @($With.Name.ToLower())
    $texts = @()
    foreach ($record in $records) {
        $type = [string] $(if ($null -ne $record.PSObject.Properties['Type']) { $record.Type } else { $record.QueryType })
        if (@('', 'Answer', '1') -notcontains [string] $record.Section) { continue }
        $owner = ([string] $record.Name).TrimEnd('.').ToLower()
        # The resolver may have appended a suffix to the name; such an answer is for another question.
        if ($own -notcontains $owner) { continue }
        $at = if ($owner -eq $own[0]) { '' } else { " @$owner" }
        $target = ''
        foreach ($name in 'NameTarget', 'NameHost') {
            $property = $record.PSObject.Properties[$name]
            if ($null -ne $property -and $null -ne $property.Value) { $target = ([string] $property.Value).TrimEnd('.').ToLower(); break }
        }
        $address = ''
        foreach ($name in 'IP4Address', 'IP6Address', 'IPAddress') {
            $property = $record.PSObject.Properties[$name]
            if ($null -ne $property -and $null -ne $property.Value) { $address = [string] $property.Value; break }
        }
        if (@('SRV', '33') -contains $type -and $With.Type -eq 'SRV') {
            $texts += 'S {0} {1} {2} {3}{4}' -f $record.Priority, $record.Weight, $record.Port, $(if ($target -eq '') { '.' } else { $target }), $at
        } elseif (@('A', '1') -contains $type -and $With.Type -eq 'A' -and $address -ne '') { $texts += "A $address$at" }
        elseif (@('AAAA', '28') -contains $type -and $With.Type -eq 'AAAA' -and $address -ne '') { $texts += "6 $address$at" }
        elseif (@('CNAME', '5') -contains $type -and $target -ne '') {
            $own += $target
            $texts += "C $target$at"
        }
    }
    '0|' + ($texts -join '|')
}

# Reads one registry value; null if it's missing. Never reads a whole key: that of volume activation holds a product
# key.
function Get-Value([string] $Key, [string] $Name) {
    # A 32-bit PowerShell on 64-bit Windows sees a redirected SOFTWARE key.
    if ($null -ne $env:PROCESSOR_ARCHITEW6432 -and $Key -like 'SOFTWARE\*') {
        $root = [Microsoft.Win32.RegistryKey]::OpenBaseKey('LocalMachine', 'Registry64')
        $opened = $root.OpenSubKey($Key)
        if ($null -eq $opened) { return $null }
        return $opened.GetValue($Name)
    }
    try {
        return (Get-ItemProperty -LiteralPath "HKLM:\$Key" -Name $Name -ErrorAction Stop).$Name
    } catch {
        $id = [string] $_.FullyQualifiedErrorId
        if ($id -like 'PathNotFound*' -or $id -like '*PSArgumentException*') { return $null }
        throw
    }
}
# Reads a registry value; null on any failure.
function Get-Setting([string] $Key, [string] $Name) {
    try { Get-Value $Key $Name } catch { $null }
}
function Split-List($Value) { @(@($Value) | ForEach-Object -Process { [string] $_ -split '[\s,;]+' } | Where-Object -FilterScript { $_ -ne '' }) }
function Get-First($Values) {
    foreach ($value in $Values) { if ([string] $value -ne '') { return ([string] $value).Trim() } }
    ''
}
