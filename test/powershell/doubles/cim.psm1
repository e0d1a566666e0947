# CIM as Windows has it: classes, columns, methods and types are those of test/data/cim-classes.json, and what is not
# there is refused with the error of Windows. A scene may say `$Windows = 'server23h2'` for another list of classes,
# and `$Lacks = @('Column')` for a Windows that does not have a column.
$Windows = 'server2019'
$Lacks = @()

# Without its key a row is of no use to a method.
$Keys = @{ SoftwareLicensingService = 'Version'; SoftwareLicensingProduct = 'ID' }

# https://learn.microsoft.com/windows/win32/wmisdk/wmi-error-constants; ids and categories as recorded in
# test/data/recorded/error-records.json and in PowerShell's own tests (test/powershell/Modules/CimCmdlets).
$CimFailures = @{
    '0x80041002' = @('Not found ', 'NotFound', 'ObjectNotFound')
    '0x80041005' = @('Type mismatch ', 'TypeMismatch', 'InvalidType')
    '0x8004100e' = @('Invalid namespace ', 'InvalidNamespace', 'MetadataError')
    '0x80041010' = @('Invalid class ', 'InvalidClass', 'MetadataError')
    '0x80041017' = @('Invalid query ', 'InvalidQuery', 'InvalidArgument')
    '0x8004102e' = @('Invalid method ', 'MethodNotFound', 'NotSpecified')
    '0x8004102f' = @('Invalid method Parameter(s) ', 'InvalidParameter', 'InvalidArgument')
    '0x8004103a' = @('Invalid object path ', 'Failed', 'NotSpecified')
}

function New-CimFailure([string] $Code, [string] $Command) {
    $message, $native, $category = $CimFailures[$Code]
    $record = New-Failure "HRESULT $Code,Microsoft.Management.Infrastructure.CimCmdlets.$Command" $message $category
    $seen = $record.Exception.PSObject.Properties
    $seen.Add([System.Management.Automation.PSNoteProperty]::new('MessageId', "HRESULT $Code"))
    $seen.Add([System.Management.Automation.PSNoteProperty]::new('NativeErrorCode', $native))
    $record
}

# A class with its columns and methods, or the code of what is wrong.
function Find-CimClass([string] $Namespace, [string] $ClassName, [string] $NoSuchClass) {
    if ($null -eq $script:Data) { $script:Data = ConvertFrom-Json -InputObject $DataText }
    $space = $Data.windows.$Windows.PSObject.Properties[$Namespace.Replace('\', '/')]
    if ($null -eq $space) { return @{ Failure = '0x8004100e' } }
    $found = $space.Value.PSObject.Properties[$ClassName]
    if ($null -eq $found) { return @{ Failure = $NoSuchClass } }
    $columns = @{}
    foreach ($one in $found.Value.properties.PSObject.Properties) {
        if ($Lacks -notcontains $one.Name) { $columns[$one.Name] = $one.Value }
    }
    $methods = @{}
    foreach ($one in $found.Value.methods.PSObject.Properties) {
        $methods[$one.Name] = @{}
        foreach ($argument in $one.Value.PSObject.Properties) { $methods[$one.Name][$argument.Name] = $argument.Value }
    }
    @{ Failure = $null; Name = $found.Name; Namespace = $space.Name; Columns = $columns; Methods = $methods }
}

# The conditions of a WHERE; nothing where one cannot be read, or compares a column with what it cannot be.
function Read-Where([string] $Where, [hashtable] $Columns) {
    foreach ($part in @($Where -split '\s+AND\s+')) {
        if ($part -notmatch "^\s*(?<name>\w+)\s*(?<is>=|<>|IS\s+NOT|IS)\s*(?<value>'[^']*'|\d+|TRUE|FALSE|NULL)\s*$") { return }
        $name, $is, $value = $Matches['name'], ($Matches['is'] -replace '\s+', ' '), $Matches['value']
        $kind = if ($value[0] -eq "'") { 'string' } elseif ($value -match '^\d') { 'number' } elseif ($value -eq 'NULL') { 'null' } else { 'bool' }
        $type = [string] $Columns[$name] -replace '^u?int\d+$', 'number'
        if ($type -eq '' -or ($kind -eq 'null') -ne ($is -like 'IS*') -or ($kind -ne 'null' -and $kind -ne $type)) { return }
        $meant = switch ($kind) { 'null' { $null } 'bool' { $value -eq 'TRUE' } 'number' { [long] $value } default { $value.Trim("'") } }
        [pscustomobject] @{ Name = $name; Equal = $is -eq '=' -or $is -eq 'IS'; Value = $meant }
    }
}

# A value with the type that its column has; a scene that gives something else is wrong itself.
function ConvertTo-CimValue($Value, [string] $Type) {
    if ($null -eq $Value) { return $null }
    if ($Type -eq 'string' -and [string] $Value -match '^(\d{14})\.\d{6}[+-]\d{3}$') {
        return [datetime]::ParseExact($Matches[1], 'yyyyMMddHHmmss', [System.Globalization.CultureInfo]::InvariantCulture)
    }
    switch -Regex ($Type) {
        '^\[\]string$' { return , [string[]] @($Value) }
        '^bool$' { return [bool] $Value }
        '^u?int\d+$' { return [System.Management.Automation.LanguagePrimitives]::ConvertTo($Value, [type] $Type) }
        default { return [string] $Value }
    }
}

# All rows of a class, complete: what a scene does not say is as test/data/recorded has it.
function Get-CimRow([hashtable] $Class) {
    $recorded = $Data.rows.PSObject.Properties[$Class.Name]
    $given = switch ($Class.Name) {
        'SoftwareLicensingService' { Licensing-Service }
        'SoftwareLicensingProduct' { Licensing-Products }
        default { Cim-Class $Class.Name }
    }
    foreach ($row in @($given)) {
        if ($null -eq $row) { continue }
        $said = [pscustomobject] $row
        foreach ($one in $said.PSObject.Properties) {
            if (-not $Class.Columns.ContainsKey($one.Name) -and $Lacks -notcontains $one.Name) { throw "scene: $($Class.Name) has no $($one.Name)" }
        }
        $full = @{}
        foreach ($name in $Class.Columns.Keys) {
            $from = $said.PSObject.Properties[$name]
            if ($null -eq $from -and $null -ne $recorded) { $from = $recorded.Value.PSObject.Properties[$name] }
            $full[$name] = if ($null -eq $from) { $null } else { ConvertTo-CimValue $from.Value $Class.Columns[$name] }
        }
        $full
    }
}

function Test-Row([hashtable] $Row, $Conditions) {
    foreach ($one in $Conditions) { if (($Row[$one.Name] -eq $one.Value) -ne $one.Equal) { return $false } }
    $true
}

function Healthy-Get-CimInstance {
    [CmdletBinding(DefaultParameterSetName = 'Class')] param(
        [string] $Namespace, [uint32] $OperationTimeoutSec,
        [Parameter(ParameterSetName = 'Query', Mandatory = $true)] [string] $Query,
        [Parameter(ParameterSetName = 'Class', Mandatory = $true)] [string] $ClassName,
        [Parameter(ParameterSetName = 'Class')] [string] $Filter,
        [Parameter(ParameterSetName = 'Class')] [string[]] $Property
    )
    Log @{ cmdlet = 'Get-CimInstance'; query = $Query; class = $ClassName; filter = $Filter; namespace = $Namespace }
    $failure = '0x80041017'
    $columns = $Property
    $where = $Filter
    if ($Query -match '^\s*SELECT\s+(?<columns>\*|\w+(?:\s*,\s*\w+)*)\s+FROM\s+(?<class>\w+)(?:\s+WHERE\s+(?<where>.+))?$') {
        $ClassName = $Matches['class']
        $columns = if ($Matches['columns'] -eq '*') { $null } else { $Matches['columns'] -split '\s*,\s*' }
        $where = [string] $Matches['where']
    }
    if ($ClassName -ne '') {
        $class = Find-CimClass $Namespace $ClassName '0x80041010'
        $failure = $class.Failure
        if ($null -eq $failure) {
            $conditions = @(if ($where -ne '') { Read-Where $where $class.Columns })
            $unknown = @($columns | Where-Object -FilterScript { $null -ne $_ -and -not $class.Columns.ContainsKey($_) })
            if ($unknown.Count -gt 0 -or ($where -ne '' -and $conditions.Count -ne @($where -split '\s+AND\s+').Count)) { $failure = '0x80041017' }
        }
    }
    if ($null -ne $failure) {
        $PSCmdlet.WriteError((New-CimFailure $failure 'GetCimInstanceCommand'))
        return
    }
    foreach ($row in @(Get-CimRow $class)) {
        if (-not (Test-Row $row $conditions)) { continue }
        $instance = [ordered] @{}
        foreach ($name in $class.Columns.Keys) {
            $instance[$name] = if ($null -eq $columns -or $columns -contains $name) { $row[$name] } else { $null }
        }
        $instance = [pscustomobject] $instance
        $instance.PSObject.TypeNames.Insert(0, "Microsoft.Management.Infrastructure.CimInstance#$($class.Namespace)/$($class.Name)")
        $instance
    }
}

function Healthy-Get-CimClass {
    [CmdletBinding()] param([string] $Namespace, [string] $ClassName, [uint32] $OperationTimeoutSec)
    $class = Find-CimClass $Namespace $ClassName '0x80041002'
    if ($null -ne $class.Failure) {
        $PSCmdlet.WriteError((New-CimFailure $class.Failure 'GetCimClassCommand'))
        return
    }
    [pscustomobject] @{
        CimClassName = $class.Name
        CimClassProperties = @($class.Columns.Keys | ForEach-Object -Process { [pscustomobject] @{ Name = $_ } })
        CimClassMethods = @($class.Methods.Keys | ForEach-Object -Process { [pscustomobject] @{ Name = $_ } })
    }
}

function Healthy-Invoke-CimMethod {
    [CmdletBinding()] param(
        [Parameter(Mandatory = $true)] $InputObject,
        [Parameter(Mandatory = $true)] [string] $MethodName,
        [System.Collections.IDictionary] $Arguments
    )
    $command = 'InvokeCimMethodCommand'
    if (@($InputObject).Count -ne 1 -or $InputObject.PSObject.TypeNames[0] -notmatch 'CimInstance#(?<namespace>.+)/(?<class>\w+)$') {
        throw [System.Management.Automation.ParameterBindingException]::new('no CimInstance')
    }
    $class = Find-CimClass $Matches['namespace'] $Matches['class'] '0x80041010'
    $declared = $class.Methods[$MethodName]
    $failure = if ($null -eq $declared) { '0x8004102e' } elseif ($null -eq $InputObject.($Keys[$class.Name])) { '0x8004103a' }
    $given = @(if ($null -ne $Arguments) { $Arguments.Keys })
    foreach ($name in $given) {
        if ($null -ne $failure) { break }
        if (-not $declared.ContainsKey($name)) {
            # CimInvokeCimMethod.CreateParametersCollection of PowerShell/PowerShell throws this before it asks WMI.
            throw [System.Management.Automation.ErrorRecord]::new(
                [System.ArgumentException]::new("Unable to find parameter $name"),
                "System.ArgumentException,Microsoft.Management.Infrastructure.CimCmdlets.$command", 'NotSpecified', $null)
        }
        $types = @{ string = [string]; uint32 = [uint32]; bool = [bool] }
        if ($Arguments[$name] -isnot $types[$declared[$name]]) { $failure = '0x80041005' }
    }
    if ($null -eq $failure -and $declared.Count -ne $given.Count) { $failure = '0x8004102f' }
    if ($null -ne $failure) {
        $PSCmdlet.WriteError((New-CimFailure $failure $command))
        return
    }
    Log @{ cmdlet = 'Invoke-CimMethod'; key = $InputObject.($Keys[$class.Name]); method = $MethodName; arguments = $Arguments }
    [pscustomobject] @{ ReturnValue = [uint32] 0 }
}
