# --- Facts ------------------------------------------------------------------------------------------------------------

function Get-Facts {
    $parts = @{
        service = Start-Part $rows $serviceAsked
        licence = Start-Part $rows (Get-ProductsAsked $windowsId)
        membership = Start-Part $membership
        adapters = Start-Part $adapters
        machine = Start-Part $machine
        events = Start-Part $events
        sppsvc = Start-Part $service
        office = Start-Part $rows (Get-ProductsAsked $officeId)
    }
    $facts = @{ v = 1; t = $now.ToString('yyyy-MM-ddTHH:mm:ssZ') }
    $registry = Get-RegistryFacts

    # Computer name, domain and DNS suffixes.
    $tcpip = 'SYSTEM\CurrentControlSet\Services\Tcpip\Parameters'
    $dnsPolicy = 'SOFTWARE\Policies\Microsoft\Windows NT\DNSClient'
    $member = Wait-Part $parts.membership $partMs
    $name = Get-First @((Get-Setting $tcpip 'Hostname'), $member.Value.Name, $env:COMPUTERNAME)
    $state.Name = $name
    $suffixPolicy = Get-Setting 'SOFTWARE\Policies\Microsoft\System\DNSClient' 'NV PrimaryDnsSuffix'
    $listPolicy = Get-Setting $dnsPolicy 'SearchList'
    $serverPolicy = Get-Setting $dnsPolicy 'NameServer'
    $adDomain = ''
    $primary = ''
    $search = @()
    if ($null -ne $member.Reason) { $unread.dnsClient = $member.Reason }
    else {
        if ($member.Value[0].Joined) { $adDomain = $member.Value[0].Domain }
        try {
            $primary = Get-First @($suffixPolicy, (Get-Value $tcpip 'Domain'), (Get-Value $tcpip 'NV Domain'))
            $search = @(Split-List (Get-First @($listPolicy, (Get-Value $tcpip 'SearchList'))))
        } catch {
            $primary = $adDomain
            $list = Wait-Part (Start-Part $suffixes) $partMs
            if ($null -eq $list.Reason) { $search = @($list.Value) } else { $unread.dnsClient = $list.Reason }
        }
    }
    $facts.j = @($adDomain, $primary) + $search
    $facts.y = @(
        if ($null -ne $suffixPolicy) { 'p' }
        if ($null -ne $listPolicy) { 's' }
        if ($null -ne $serverPolicy) { 'd' }
    )
    $system = Wait-Part $parts.machine $partMs
    if ($null -ne $system.Reason) { $unread.system = $system.Reason }
    else { $facts.o = @($system.Value[0].Caption, [int] $system.Value[0].Build, [int] $system.Value[0].Server) }
    if ([string] $PSUICulture -ne '') { $facts.l = [string] $PSUICulture }
    $facts.e = [int] (Test-Elevation)
    if (-not $noName -and $name -ne '') { $facts.n = $name }

    # Adapters.
    $found = Wait-Part $parts.adapters $partMs
    $up = @()
    if ($null -ne $found.Reason) { $unread.adapters = $found.Reason } else { $up = @($found.Value) }
    $facts.a = @($up | ForEach-Object -Process {
        , @($_.Name, $_.Suffix, (Get-Origin $_.Key $serverPolicy), @($_.Addresses), @($_.Gateways), @($_.Servers))
    })
    $servers = @()
    foreach ($one in $up) {
        foreach ($address in $one.Servers) {
            $plain = ([string] $address -split '%')[0].ToLower()
            if ($servers -notcontains $plain -and $plain -notmatch '^fec0:0:0:ffff::[123]$' -and $servers.Count -lt 16) { $servers += $plain }
        }
    }

    # License.
    $facts.s = Get-Lean (Wait-Part $parts.service $partMs) 'service' $serviceColumns
    $products = @(Get-Lean (Wait-Part $parts.licence $partMs) 'licence' $productColumns)
    if ($null -eq $unread.licence) { $state.Licensed = @($products | Where-Object -FilterScript { $_.s -eq 1 }).Count -gt 0 }
    $isHost = @($products | Where-Object -FilterScript { [string] $_.t -like '*VOLUME_KMS*' -and [string] $_.t -notlike '*VOLUME_KMSCLIENT*' }).Count -gt 0
    $products += @(Get-Lean (Wait-Part $parts.office $partMs) 'office' $productColumns)
    $facts.x = $products
    $facts.s = @($facts.s)[0]
    for ($index = 0; $index -lt $products.Count; $index += 1) {
        if ([string] $products[$index].i -match '^[0-9A-Fa-f-]{36}$') {
            Add-RegistryFacts $registry ([string] $index) ($spp + '\' + $products[$index].a + '\' + $products[$index].i)
        }
    }
    $facts.r = $registry.Values
    if ($registry.Failed.Count -gt 0) {
        if ($registry.Failed.Count -eq $registry.Asked) { $unread.registry = @($registry.Failed.Values)[0] } else { $facts.f = $registry.Failed }
    }
    $expected = Get-Setting 'SOFTWARE\Policies\KMS Doctor' 'KmsHosts'
    if ($expected -is [array]) { $facts.h = @($expected | ForEach-Object -Process { ([string] $_).Trim() }) }

    if ($isHost) {
        $firewall = & $answer { param($With) Get-FirewallFacts $With } (Get-Port $facts.r.s.g)
        if ($null -ne $firewall.Reason) { $unread.firewallRule = $firewall.Reason } else { $facts.k = $firewall.Value[0] }
    }

    $sppsvc = Wait-Part $parts.sppsvc $partMs
    if ($null -ne $sppsvc.Reason) { $unread.sppsvc = $sppsvc.Reason }
    elseif ($sppsvc.Value.Count -gt 0) { $facts.w = @($sppsvc.Value[0].State, $sppsvc.Value[0].Start, [int] $sppsvc.Value[0].Delayed) }

    $logged = Wait-Part $parts.events $partMs
    if ($null -ne $logged.Reason) { $unread.events = $logged.Reason } else { $facts.g = @(Get-LeanEvents $logged.Value) }

    if ($full) {
        try {
            Add-NetworkFacts $facts $servers $up $isHost
        } catch {
            $unread.dns = 'check-failed'
            $unread.port = 'check-failed'
        }
    } else {
        foreach ($fact in 'dns', 'port', 'clock') { $unread[$fact] = 'script-policy' }
    }
    $facts
}

function Test-Elevation {
    try {
        $principal = New-Object -TypeName System.Security.Principal.WindowsPrincipal -ArgumentList ([System.Security.Principal.WindowsIdentity]::GetCurrent())
        [bool] $principal.IsInRole([System.Security.Principal.WindowsBuiltInRole]::Administrator)
    } catch {
        $false
    }
}

# The origin of an adapter's DNS servers: s static or policy, d DHCP; empty if it can't be read.
function Get-Origin([string] $Key, $Policy) {
    if ($null -ne $Policy) { return 's' }
    if ($Key -eq '') { return '' }
    try {
        foreach ($protocol in 'Tcpip', 'Tcpip6') {
            foreach ($name in 'NameServer', 'ProfileNameServer') {
                $typed = Get-Value "SYSTEM\CurrentControlSet\Services\$protocol\Parameters\Interfaces\$Key" $name
                if (@(Split-List $typed).Count -gt 0) { return 's' }
            }
        }
        'd'
    } catch {
        ''
    }
}

# Rows keyed by the letters of their columns. Unset columns are omitted.
function Get-Lean($Part, [string] $Fact, [hashtable] $Columns) {
    if ($null -ne $Part.Reason) { $unread[$Fact] = $Part.Reason; return }
    foreach ($row in $Part.Value) {
        if ($row.LicenseIsAddon -eq $true) { continue }
        $lean = @{}
        foreach ($letter in $Columns.Keys) { if ($null -ne $row[$Columns[$letter]]) { $lean[$letter] = $row[$Columns[$letter]] } }
        $lean
    }
}

$spp = 'SOFTWARE\Microsoft\Windows NT\CurrentVersion\SoftwareProtectionPlatform'
$valueNames = @{
    d = 'DisableDnsPublishing'; l = 'DnsDomainPublishList'; n = 'KeyManagementServiceName'; p = 'KeyManagementServicePort'
    k = 'KeyManagementServiceLookupDomain'; g = 'KeyManagementServiceListeningPort'; v = 'VLActivationType'
}
function Add-RegistryFacts($Registry, [string] $Place, [string] $Key) {
    $found = @{}
    foreach ($letter in @($valueNames.Keys)) {
        $Registry.Asked += 1
        $read = & $answer { param($With) @{ Found = (Get-Value $With.Key $With.Name) } } @{ Key = $Key; Name = $valueNames[$letter] }
        if ($null -ne $read.Reason) { $Registry.Failed[$Place + $letter] = $read.Reason; continue }
        $value = $read.Value[0].Found
        if ($value -is [int] -or $value -is [string]) { $found[$letter] = $value }
        elseif ($value -is [array] -and $value[0] -is [string]) { $found[$letter] = @($value) }
    }
    if ($found.Count -gt 0) { $Registry.Values[$Place] = $found }
}
function Get-RegistryFacts {
    $registry = @{ Values = @{}; Failed = @{}; Asked = 0 }
    Add-RegistryFacts $registry 's' $spp
    Add-RegistryFacts $registry 'l' 'SOFTWARE\Microsoft\Windows NT\CurrentVersion\SL'
    Add-RegistryFacts $registry 'w' "$spp\$windowsId"
    Add-RegistryFacts $registry 'o' "$spp\$officeId"
    $registry
}

# Events of the last month, at most three of each kind, newest first: ID, age in seconds, strings. Timestamps and
# counters are removed so that repeated events compare equal.
function Get-LeanEvents($Logged) {
    $seen = @{}
    $kept = @()
    foreach ($one in @($Logged)[($Logged.Count)..0]) {
        if ($null -eq $one) { continue }
        $ago = [int] (($now - $one.Time).Ticks / 10000000)
        if ($ago -gt 2678400 -and @(12293, 12294) -notcontains $one.Id) { continue }
        $data = @($one.Data)
        $fields = @($data)
        if ($data.Count -eq 1 -and $one.Id -le 12290 -and $one.Id -ge 12288) { $fields = @($data[0].Split(',') | ForEach-Object -Process { $_.Trim() }) }
        switch ($one.Id) {
            12288 { $data = @((@($fields[0], $fields[1], $fields[2], '', '', '', '', '', $fields[8]) -join ',').TrimEnd(',')) }
            12289 { $data = @($(if ($fields.Count -le 4) { $fields -join ',' } else { @($fields[0], $fields[1], $fields[2], '', $fields[4]) -join ',' })) }
            12290 { $data = @(@($fields[0], '', $fields[2], $fields[3]) -join ',') }
            { $_ -eq 8198 -or $_ -eq 8233 } {
                $rest = @($data | Where-Object -FilterScript { $_ -ne $data[0] }) -join ';'
                if ($_ -eq 8233 -and $data.Count -gt 2 -and $data[1] -match '^[0-9A-Fa-f-]{36}$') { $rest = 'AppId=' + $data[1] + ';SkuId=' + $data[2] }
                $pairs = @('AppId', 'SkuId' | ForEach-Object -Process { if ($rest -match "$_=[0-9A-Fa-f-]+") { $Matches[0] } })
                $data = @($data[0]) + $(if ($pairs.Count -gt 0) { @($pairs -join ';') } else { @() })
            }
        }
        $key = "$($one.Id) " + ($data -join ' ')
        $seen[$key] = 1 + $seen[$key]
        if ($seen[$key] -le $(if ($one.Id -eq 12290) { 1 } else { 3 })) { $kept += , (@($one.Id, $ago) + $data) }
    }
    foreach ($one in $kept) { , $one }
}

# Firewall settings of a KMS host that affect its port, read from the registry because the cmdlets take a minute. Rules
# for other ports, programs and packages are skipped.
function Get-FirewallFacts([int] $Port) {
    $own = 'SYSTEM\CurrentControlSet\Services\SharedAccess\Parameters\FirewallPolicy'
    $stores = @{ l = $own; m = "$own\Mdm"; p = 'SOFTWARE\Policies\Microsoft\WindowsFirewall' }
    $settings = 'EnableFirewall', 'DoNotAllowExceptions', 'DefaultInboundAction', 'AllowLocalPolicyMerge'
    $found = @{}
    foreach ($letter in @($stores.Keys)) {
        $store = @{}
        foreach ($profile_ in 'DomainProfile', 'PrivateProfile', 'StandardProfile', 'PublicProfile') {
            $values = @{}
            foreach ($name in $settings) {
                $value = Get-Value ($stores[$letter] + '\' + $profile_) $name
                if ($value -is [int]) { $values[$name] = $value }
            }
            if ($values.Count -gt 0) { $store[$profile_] = $values }
        }
        $rules = @{}
        foreach ($property in @(Get-Properties ($stores[$letter] + '\FirewallRules'))) {
            $text = [string] $property.Value
            if ($text -notmatch '\|Dir=In\|' -or $text -match '\|(AppPkgId|PFN|LUOwn)=') { continue }
            if ($text -notmatch '\|Active=TRUE\|' -and $property.Name -notlike 'SPPSVC-In-TCP*') { continue }
            if ($text -match '\|Protocol=' -and $text -notmatch '\|Protocol=(6|256)\|') { continue }
            if ($text -match '\|App=' -and $text -notmatch '(sppsvc|sppextcomobj)\.exe\|') { continue }
            if ($text -match '\|LPort' -and $text -notmatch "\|LPort[^=|]*=([^|]*[-,]|$Port\|)") { continue }
            $rules[$property.Name] = $text -replace '\|(Name|Desc|EmbedCtxt)=[^|]*', ''
        }
        if ($rules.Count -gt 0) { $store.FirewallRules = $rules }
        $found[$letter] = $store
    }
    $networks = Wait-Part (Start-Part $categories) $resolveMs
    if ($null -eq $networks.Reason) { $found.c = @($networks.Value) }
    $found
}
function Get-Properties([string] $Key) {
    try {
        (Get-ItemProperty -LiteralPath "HKLM:\$Key" -ErrorAction Stop).PSObject.Properties | Where-Object -FilterScript { $_.Name -notlike 'PS*' }
    } catch {
        if ([string] $_.FullyQualifiedErrorId -notlike 'PathNotFound*') { throw }
    }
}
