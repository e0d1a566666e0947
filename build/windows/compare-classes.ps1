<#
.SYNOPSIS
  Compares the CIM classes of this Windows with those the tests know: it must have whatever every known Windows has.
.PARAMETER List
  The known classes: test\data\cim-classes.json.
.PARAMETER Output
  File to write the classes of this Windows to, with the types of their properties.
#>
param([Parameter(Mandatory = $true)] [string] $List, [Parameter(Mandatory = $true)] [string] $Output)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

# Property names of an object; none for null.
function Get-Name($Of) { if ($null -ne $Of) { $Of.PSObject.Properties | ForEach-Object { $_.Name } } }

# Names from the first list that occur in all of them.
function Get-Common([object[]] $Lists) {
  @(Get-Name $Lists[0]) | Where-Object {
    $name = $_
    @($Lists | Where-Object { @(Get-Name $_) -notcontains $name }).Count -eq 0
  }
}

$known = ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText((Resolve-Path $List)))
$windows = @($known.windows.PSObject.Properties | ForEach-Object { $_.Value })
$found = @{}
$lacking = @()
foreach ($namespace in Get-Common $windows) {
  $found[$namespace] = @{}
  $classes = @($windows | ForEach-Object { $_.$namespace })
  foreach ($class in Get-Common $classes) {
    $listed = @($classes | ForEach-Object { $_.$class })
    try { $real = Get-CimClass -Namespace $namespace -ClassName $class } catch {
      $lacking += "$class ($_)"
      continue
    }
    $properties = @{}
    foreach ($property in $real.CimClassProperties) { $properties[$property.Name] = [string] $property.CimType }
    $methods = @{}
    foreach ($method in $real.CimClassMethods) { $methods[$method.Name] = @($method.Parameters | ForEach-Object { $_.Name }) }
    $found[$namespace][$class] = @{ properties = $properties; methods = $methods }
    foreach ($name in Get-Common @($listed | ForEach-Object { $_.properties })) {
      if (-not $properties.ContainsKey($name)) { $lacking += "$class.$name" }
    }
    foreach ($name in Get-Common @($listed | ForEach-Object { $_.methods })) {
      if (-not $methods.ContainsKey($name)) { $lacking += "$class.$name()"; continue }
      foreach ($argument in Get-Common @($listed | ForEach-Object { $_.methods.$name })) {
        if ($methods[$name] -notcontains $argument) { $lacking += "$class.$name($argument)" }
      }
    }
    foreach ($name in $properties.Keys) {
      if (@(Get-Name $listed[0].properties) -notcontains $name) { Write-Host "new: $class.$name" }
    }
  }
}
[System.IO.File]::WriteAllText($Output, (ConvertTo-Json -InputObject $found -Depth 6))
foreach ($name in $lacking) { Write-Host "missing: $name" }
Assert-That ($found.Count -gt 0) 'classes were compared'
Assert-That ($lacking.Count -eq 0) 'this Windows has what every known Windows has'
exit 0
