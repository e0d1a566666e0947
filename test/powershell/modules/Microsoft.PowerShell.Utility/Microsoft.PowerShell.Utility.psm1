# Stands in for the cmdlets of this module that the scripts use and the engine's package lacks. Only parameters that
# are in use exist, so that nothing leans on one by accident.
function New-Object {
    [CmdletBinding()] param([Parameter(Mandatory = $true)][string] $TypeName, [object[]] $ArgumentList)
    , [Activator]::CreateInstance([type] $TypeName, $ArgumentList)
}
function ConvertTo-Json {
    [CmdletBinding()] param([Parameter(Mandatory = $true)] $InputObject, [int] $Depth = 2, [switch] $Compress)
    [KmsDoctor.PowerShellHost.WindowsJson]::Write($InputObject, $Depth)
}
function ConvertFrom-Json {
    [CmdletBinding()] param([Parameter(Mandatory = $true)][string] $InputObject)
    , [KmsDoctor.PowerShellHost.WindowsJson]::Read($InputObject)
}
function Select-Object {
    [CmdletBinding()] param([Parameter(ValueFromPipeline = $true)] $InputObject, [Parameter(Mandatory = $true)][string[]] $Property)
    process {
        $row = [ordered] @{}
        foreach ($name in $Property) {
            $found = $InputObject.PSObject.Properties[$name]
            $row[$name] = if ($null -eq $found) { $null } else { $found.Value }
        }
        [pscustomobject] $row
    }
}
function Sort-Object {
    [CmdletBinding()] param([Parameter(ValueFromPipeline = $true)] $InputObject, [Parameter(Mandatory = $true)][string[]] $Property)
    begin { $rows = New-Object -TypeName 'System.Collections.Generic.List[object]' }
    process { if ($null -ne $InputObject) { $rows.Add($InputObject) } }
    end {
        # By insertion: equal rows keep their order.
        $sorted = New-Object -TypeName 'System.Collections.Generic.List[object]'
        foreach ($row in $rows) {
            $at = $sorted.Count
            while ($at -gt 0) {
                $order = 0
                foreach ($name in $Property) {
                    if ($order -eq 0) { $order = [System.Management.Automation.LanguagePrimitives]::Compare($sorted[$at - 1].$name, $row.$name, $true) }
                }
                if ($order -le 0) { break }
                $at--
            }
            $sorted.Insert($at, $row)
        }
        $sorted
    }
}
Export-ModuleMember -Function *
