# Whether this PC's own firewall drops what goes out to a KMS port: by a rule that blocks it for every program or
# for those that activate, or because nothing is let out that no rule allows.
# https://learn.microsoft.com/powershell/module/netsecurity/get-netfirewallrule
param($With)
$port = [int] $With.port

# The cmdlets of this module call "none" an error.
$orNone = {
    param($Ask)
    try { & $Ask } catch { if ($_.FullyQualifiedErrorId -notlike 'CmdletizationQuery_NotFound*') { throw } }
}

$networks = @(& $orNone { Get-NetConnectionProfile } | ForEach-Object -Process { [string] $_.NetworkCategory })
$profiles = @(Get-NetFirewallProfile -PolicyStore ActiveStore | Where-Object -FilterScript {
    $name = [string] $_.Name
    # A network whose domain answered has the profile Domain.
    $active = @($networks | Where-Object -FilterScript {
        $_ -eq $name -or ($_ -eq 'DomainAuthenticated' -and $name -eq 'Domain')
    })
    [string] $_.Enabled -eq 'True' -and $active.Count -gt 0
})

$holdsPort = {
    param($Filter)
    $protocol = [string] $Filter.Protocol
    if ($protocol -ne 'TCP' -and $protocol -ne '6' -and $protocol -ne 'Any') { return $false }
    foreach ($range in @($Filter.RemotePort)) {
        if ([string] $range -eq 'Any') { return $true }
        $bounds = @(([string] $range) -split '-')
        if ($bounds[0] -notmatch '^\d+$') { continue }
        if ([int] $bounds[0] -le $port -and [int] $bounds[$bounds.Count - 1] -ge $port) { return $true }
    }
    return $false
}

$isActive = {
    param($Rule)
    $where = [string] $Rule.Profile
    if ($where -eq 'Any' -or $where -eq '0') { return $true }
    foreach ($one in $profiles) {
        if (($where -split ', *') -contains [string] $one.Name) { return $true }
    }
    return $false
}

$matching = {
    param($Action)
    $rules = @(& $orNone {
        Get-NetFirewallRule -PolicyStore ActiveStore -Direction Outbound -Enabled True -Action $Action
    })
    foreach ($rule in $rules) {
        if (-not (& $isActive $rule)) { continue }
        $ports = @(Get-NetFirewallPortFilter -AssociatedNetFirewallRule $rule | Where-Object -FilterScript { & $holdsPort $_ })
        if ($ports.Count -eq 0) { continue }
        # A rule for some addresses or for another program says nothing of the way to a KMS host.
        $addresses = @(Get-NetFirewallAddressFilter -AssociatedNetFirewallRule $rule |
            Where-Object -FilterScript { @($_.RemoteAddress) -contains 'Any' })
        $programs = @(Get-NetFirewallApplicationFilter -AssociatedNetFirewallRule $rule | Where-Object -FilterScript {
            [string] $_.Program -eq 'Any' -or [string] $_.Program -match '\\(sppsvc|SppExtComObj)\.exe$'
        })
        if ($addresses.Count -gt 0 -and $programs.Count -gt 0) { $rule }
    }
}

$blocked = $false
if ($profiles.Count -gt 0) {
    $closed = @($profiles | Where-Object -FilterScript { [string] $_.DefaultOutboundAction -eq 'Block' })
    $blocked = @(& $matching 'Block').Count -gt 0
    if (-not $blocked -and $closed.Count -gt 0) { $blocked = @(& $matching 'Allow').Count -eq 0 }
}
[pscustomobject] @{ blocked = $blocked }
