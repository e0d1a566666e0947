function Add-NetworkFacts($Facts, $Servers, $Adapters, [bool] $IsHost) {
    # Domains in which the record is looked up, and others in which it may have been created by mistake.
    $adDomain = [string] $Facts.j[0]
    $ordinary = @()
    $others = @()
    foreach ($one in @($Facts.j)) { $ordinary += [string] $one }
    foreach ($one in $Adapters) { if ($adDomain -eq '') { $ordinary += $one.Suffix } else { $others += $one.Suffix } }
    $assigned = @()
    foreach ($place in @($Facts.r.Keys)) {
        $values = $Facts.r[$place]
        if ($null -ne $values.k) { $ordinary += [string] $values.k }
        if ($null -ne $values.n -and $place -ne 'l') { $assigned += , @([string] $values.n, $values.p) }
        if ($null -ne $values.l) { $others += @($values.l | ForEach-Object -Process { ([string] $_).Split(',')[0] }) }
    }
    $cached = @()
    foreach ($row in @($Facts.x) + @($Facts.s)) {
        if ($null -eq $row) { continue }
        if ($null -ne $row.d) { $ordinary += [string] $row.d }
        if ($null -ne $row.m) { $assigned += , @([string] $row.m, $row.p) }
        if ($null -ne $row.h) { $cached += , @([string] $row.h, $row.o) }
    }
    $clean = { param($List) @($List | ForEach-Object -Process { ([string] $_).Trim().TrimEnd('.').ToLower() } | Where-Object -FilterScript { Test-Name $_ }) }
    $ordinary = @(Get-Distinct (& $clean $ordinary))
    foreach ($one in $assigned) { if ($one[0] -match '^[^.:\[]+\.(.+)$') { $others += $Matches[1] } }
    foreach ($one in $ordinary) {
        $labels = $one.Split('.')
        for ($skip = 1; $skip -le $labels.Count - 2; $skip += 1) { $others += $labels[$skip..($labels.Count - 1)] -join '.' }
    }
    $others = @(Get-Distinct (& $clean $others) | Where-Object -FilterScript { $ordinary -notcontains $_ })
    $domains = @(@($ordinary + $others)[0..63] | Where-Object -FilterScript { $null -ne $_ })

    $log = @{ Names = @(); Answers = @{}; Resolved = @{}; Ports = @{} }
    foreach ($server in $Servers) { $log.Answers[$server] = @{} }

    # The SRV records, and the domain controllers of this PC's domain.
    $srv = @($domains | ForEach-Object -Process { "_vlmcs._tcp.$_" }) + @('_vlmcs._tcp')
    $controllers = $(if ($adDomain -ne '') { '_ldap._tcp.dc._msdcs.' + $adDomain.ToLower() })
    $resolving = @{}
    foreach ($name in @($ordinary | ForEach-Object -Process { "_vlmcs._tcp.$_" }) + @($controllers)) {
        if ($null -ne $name) { $resolving["$name SRV"] = Start-Part $resolver @{ Name = $name; Type = 'SRV' } }
    }
    $time = Start-TimeSource $adDomain
    Ask-Servers $log $Servers @($srv + @($controllers) | Where-Object -FilterScript { $null -ne $_ }) @('SRV')
    $answers = @($Servers | ForEach-Object -Process { $log.Answers[$_].Values } | Where-Object -FilterScript { $_ -match '^\d' })
    if ($answers.Count -eq 0) {
        foreach ($name in $srv) {
            if ($null -eq $resolving["$name SRV"]) { $resolving["$name SRV"] = Start-Part $resolver @{ Name = $name; Type = 'SRV' } }
        }
    }
    Receive-Resolved $log $resolving

    # The hosts in the records, the assigned hosts, and further candidates.
    $targets = @()
    foreach ($name in $srv) {
        foreach ($text in @($Servers | ForEach-Object -Process { $log.Answers[$_]["$name SRV"] }) + @($log.Resolved["$name SRV"])) {
            foreach ($record in ([string] $text).Split('|')) {
                if ($record -match '^S \d+ \d+ (\d+) (\S+)') { $targets += , @($Matches[2], [int] $Matches[1], 8) }
            }
        }
    }
    foreach ($one in $assigned) {
        $host_ = $one[0].Trim().TrimEnd('.').ToLower() -replace '^\[(.*)\]$', '$1'
        $port = Get-Port $one[1]
        $targets += , @($host_, $port, 8)
        if ($host_ -notmatch '[.:]') { foreach ($suffix in @(Get-Distinct ($ordinary + (& $clean @($Adapters | ForEach-Object -Process { $_.Suffix }))))) { $targets += , @("$host_.$suffix", $port, 8) } }
    }
    foreach ($one in $cached) { $targets += , @($one[0].Trim().TrimEnd('.').ToLower(), (Get-Port $one[1]), 2) }
    $past = @($Facts.g | Where-Object -FilterScript { $_[0] -eq 12288 -and $_[2] -match '^0x0+,' } | ForEach-Object -Process { $_[2].Split(',')[2] })
    foreach ($one in @($past) + @($Facts.h)) {
        if ([string] $one -match '^([^:\s]+)(?::(\d+))?$') { $targets += , @($Matches[1].TrimEnd('.').ToLower(), (Get-Port $Matches[2]), 2) }
    }
    $names = @(Get-Distinct @($targets | ForEach-Object -Process { $_[0] } | Where-Object -FilterScript { (Test-Name $_) -and -not (Test-Ip $_) }))[0..71]
    $names = @($names | Where-Object -FilterScript { $null -ne $_ })
    $resolving = @{}
    foreach ($name in $names) {
        foreach ($type in 'A', 'AAAA') { $resolving["$name $type"] = Start-Part $resolver @{ Name = $name; Type = $type } }
    }
    Ask-Servers $log $Servers $names @('A', 'AAAA')
    Receive-Resolved $log $resolving

    # Ports.
    $ends = @()
    foreach ($target in $targets) {
        $tried = 0
        foreach ($address in @(Get-Addresses $log $Servers $target[0])) {
            if ($tried -ge $target[2]) { break }
            $tried += 1
            $ends += "$address $($target[1])"
        }
    }
    if ($IsHost) {
        $listening = Get-Port $Facts.s.l
        foreach ($one in $Adapters) {
            foreach ($address in $one.Addresses) { if ($address -notmatch '^(169\.254\.|fe[89ab])') { $ends += "$address $listening" } }
        }
    }
    Test-Ports $log @(Get-Distinct $ends) $time
    $refused = @(foreach ($end in @($log.Ports.Keys)) { if ($log.Ports[$end] -eq 'r' -and $end -notlike '* 1688') { ($end -split ' ')[0] + ' 1688' } })
    Test-Ports $log @(Get-Distinct $refused | Where-Object -FilterScript { $null -eq $log.Ports[$_] }) @()

    $Facts.q = @($log.Names)
    $Facts.d = @($Servers | ForEach-Object -Process {
        $own = $log.Answers[$_]
        , (@($_) + @($log.Names | ForEach-Object -Process { $own[$_] }))
    })
    $Facts.z = @($log.Names | ForEach-Object -Process { $log.Resolved[$_] })
    $Facts.p = @($log.Ports.Keys | ForEach-Object -Process { $_ + ' ' + $log.Ports[$_] })
    $said = @($time.Jobs | Where-Object -FilterScript { $_.Said -match '^-?\d+(\.\d+)?$' })
    if ($said.Count -gt 0) { $Facts.c = @([double] $said[0].Said, $time.Source) } else { $unread.clock = 'no-answer' }
}

function Get-Distinct($List) {
    $seen = @{}
    foreach ($one in $List) { if ($null -ne $one -and [string] $one -ne '' -and $null -eq $seen[[string] $one]) { $seen[[string] $one] = $true; $one } }
}
function Get-Port($Value) {
    $text = [string] $Value
    if ($text -match '^\d{1,5}$' -and [int] $text -gt 0 -and [int] $text -lt 65536) { [int] $text } else { 1688 }
}
function Add-Question($Log, [string] $Question) { if ($Log.Names -notcontains $Question) { $Log.Names += $Question } }
function Ask-Servers($Log, $Servers, $Names, $Types) {
    $jobs = @(foreach ($name in $Names) {
        foreach ($type in $Types) {
            Add-Question $Log "$name $type"
            foreach ($server in $Servers) { New-DnsJob $server $name $type }
        }
    })
    Complete-Jobs $jobs
    foreach ($job in $jobs) {
        $said = $job.Said
        # One domain controller is enough: only their existence matters.
        if ($job.Name -like '_ldap.*' -and $said -like '*|S *') { $said = '0|' + @($said.Split('|') | Where-Object -FilterScript { $_ -like 'S *' })[0] }
        $Log.Answers[$job.Address]["$($job.Name) $($job.Type)"] = $said
    }
}
function Receive-Resolved($Log, $Resolving) {
    foreach ($question in @($Resolving.Keys | Sort-Object)) {
        Add-Question $Log $question
        $found = Wait-Part $Resolving[$question] $resolveMs
        if ($null -eq $found.Reason) {
            $said = [string] $found.Value[0]
            if ($question -like '_ldap.*' -and $said -like '*|S *') { $said = '0|' + @($said.Split('|') | Where-Object -FilterScript { $_ -like 'S *' })[0] }
            $Log.Resolved[$question] = $said
        } else { $Log.Resolved[$question] = '!' + $found.Reason }
    }
}
# The addresses of a host: from the DNS servers if they return any, otherwise from the resolver.
function Get-Addresses($Log, $Servers, [string] $Name) {
    if (Test-Ip $Name) { return $Name }
    $sources = @(, @($Servers | ForEach-Object -Process { $Log.Answers[$_]["$Name A"]; $Log.Answers[$_]["$Name AAAA"] })) +
        @(, @($Log.Resolved["$Name A"], $Log.Resolved["$Name AAAA"]))
    foreach ($source in $sources) {
        $found = @(foreach ($text in $source) {
            foreach ($record in ([string] $text).Split('|')) {
                if ($record -match '^[A6] (\S+)' -and $Matches[1] -notmatch '^(127\.|0\.0\.0\.0$|::1?$)') { $Matches[1] }
            }
        })
        if ($found.Count -gt 0) { return @(Get-Distinct $found) }
    }
}
function Test-Ports($Log, $Ends, $Time) {
    $kept = @($Ends | Where-Object -FilterScript { $null -ne $_ })
    if ($kept.Count -gt 96) { $kept = $kept[0..95] }
    $jobs = @($kept | ForEach-Object -Process { $parts = $_ -split ' '; New-RpcJob $parts[0] ([int] $parts[1]) })
    $others = @()
    if ($Time -is [hashtable]) {
        $Time.Jobs = @($Time.Part | ForEach-Object -Process {
            $found = Wait-Part $_ $resolveMs
            if ($null -eq $found.Reason -and [string] $found.Value[0] -match '\|A (\S+)') { New-TimeJob $Matches[1] }
        })
        if ($Time.Address -ne '') { $Time.Jobs += New-TimeJob $Time.Address }
        $others = @($Time.Jobs | Where-Object -FilterScript { $null -ne $_ })
    }
    Complete-Jobs ($jobs + $others)
    foreach ($job in $jobs) { $Log.Ports["$($job.Address) $($job.Port)"] = $job.Said }
}
# The time source of Windows: its domain, otherwise the first configured server.
function Start-TimeSource([string] $Domain) {
    $own = 'SYSTEM\CurrentControlSet\Services\W32Time\Parameters'
    $policy = 'SOFTWARE\Policies\Microsoft\W32Time\Parameters'
    $type = (Get-First @((Get-Setting $policy 'Type'), (Get-Setting $own 'Type'))).ToUpper()
    $source = $Domain
    if ($type -eq 'NTP' -or $Domain -eq '') {
        $source = ((Get-First @((Get-Setting $policy 'NtpServer'), (Get-Setting $own 'NtpServer'))) -split '\s+')[0].Split(',')[0]
    }
    $time = @{ Source = $source; Part = @(); Address = ''; Jobs = @() }
    if ($type -eq 'NOSYNC') { return $time }
    if (Test-Ip $source) { $time.Address = $source }
    elseif (Test-Name $source) { $time.Part = @(Start-Part $resolver @{ Name = $source; Type = 'A' }) }
    $time
}
