#requires -Version 5.1
# Answers questions one line at a time: a line of JSON on standard input,
#   {"id": 1, "ask": "events", "with": {}}
# becomes a line of JSON on standard output as soon as the answer is known,
#   {"id": 1, "value": [...]}   or   {"id": 1, "error": {...}}
# Every question runs in a runspace of its own, so one that hangs or throws takes nobody along.
# Ends with the end of its input.
param([Parameter(Mandatory = $true)][string] $ModulePath)

if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') {
    '{"stopped": "constrained-language"}'
    exit 3
}

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2.0

# Folders that a user can write to are searched for modules first; Windows' own is the only one left.
$env:PSModulePath = $ModulePath

$utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$reader = New-Object -TypeName System.IO.StreamReader -ArgumentList ([Console]::OpenStandardInput()), $utf8
$plain = New-Object -TypeName System.IO.StreamWriter -ArgumentList ([Console]::OpenStandardOutput()), $utf8
$plain.AutoFlush = $true
$writer = [System.IO.TextWriter]::Synchronized($plain)

$answer = {
    param($Line, $Folder, $Writer)
    $ErrorActionPreference = 'Stop'
    $ProgressPreference = 'SilentlyContinue'
    $WarningPreference = 'SilentlyContinue'
    $known = @(
        'computer', 'events', 'flush-dns-cache', 'install-product-key', 'installation-id',
        'licensing-call', 'licensing-products', 'licensing-service', 'network-category', 'network-settings',
        'resolve', 'service', 'set-firewall-rule', 'set-suffix-search-list', 'srv-record'
    )
    $id = $null
    try {
        $request = ConvertFrom-Json -InputObject $Line
        $id = $request.id
        if ($known -cnotcontains $request.ask) { throw 'unknown question' }
        $file = [System.IO.Path]::Combine($Folder, $request.ask + '.ps1')
        $value = @(& $file $request.with)
        $json = ConvertTo-Json -InputObject @{ id = $id; value = $value } -Compress -Depth 6
    } catch {
        $record = $_
        $codes = @()
        $types = @()
        for ($exception = $record.Exception; $null -ne $exception; $exception = $exception.InnerException) {
            $types += $exception.GetType().FullName
            foreach ($name in 'MessageId', 'NativeErrorCode', 'HResult') {
                $property = $exception.PSObject.Properties[$name]
                if ($null -ne $property -and $null -ne $property.Value) {
                    $codes += ($name + '=' + [string] $property.Value)
                }
            }
        }
        $json = ConvertTo-Json -Compress -Depth 3 -InputObject @{
            id = $id
            error = @{
                types = $types
                errorId = [string] $record.FullyQualifiedErrorId
                codes = $codes
                target = [string] $record.CategoryInfo.TargetName
                message = [string] $record.Exception.Message
            }
        }
    }
    $Writer.WriteLine($json)
}

# The short session state: it has the core commands, and loads a module when one of its commands is first called.
$state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
$pool = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspacePool($state)
[void] $pool.SetMaxRunspaces(32)
$pool.Open()
while ($null -ne ($line = $reader.ReadLine())) {
    if ($line.Trim() -eq '') { continue }
    $shell = [System.Management.Automation.PowerShell]::Create()
    $shell.RunspacePool = $pool
    [void] $shell.AddScript($answer.ToString()).AddArgument($line).AddArgument($PSScriptRoot).AddArgument($writer)
    [void] $shell.BeginInvoke()
}
# A question that hangs would keep the process from ending.
[Environment]::Exit(0)
