#requires -Version 5.1
# Answers one question for serve.ps1, in a runspace for that question alone; without one, returns the language mode.
param($Line, $Secret, $Scripts, $AsText, $Writer)
if ($null -eq $Line) { return [string] $ExecutionContext.SessionState.LanguageMode }
# Commands that are module functions, such as those for the firewall, only see these in the global scope.
$global:ErrorActionPreference = 'Stop'
$global:ProgressPreference = 'SilentlyContinue'
$global:WarningPreference = 'SilentlyContinue'

# Modules that several runspaces load at the same time interfere with each other. So the commands are looked up first,
# which loads their modules, in one runspace at a time. If that fails, the script's own call retries before it has done
# anything, and reports what is missing.
$load = {
    param($Commands)
    $turn = [System.Threading.Monitor]::TryEnter($Scripts, 10000)
    try {
        foreach ($command in $Commands) {
            try { $null = Get-Command -Name $command } catch { $null = $_ }
        }
    } finally {
        if ($turn) { [System.Threading.Monitor]::Exit($Scripts) }
    }
}

$id = $null
try {
    & $load @('ConvertFrom-Json', 'ConvertTo-Json')
    $request = ConvertFrom-Json -InputObject $Line
    $id = $request.id
    $text = $Scripts[[string] $request.ask]
    if ($null -eq $text) { throw 'unknown question' }
    if ($AsText) {
        $script = [scriptblock]::Create($text)
        $tree = $script.Ast
    } else {
        $script = Get-Command -Name $text
        $tree = $script.ScriptBlock.Ast
    }
    $calls = $tree.FindAll({ param($Node) $Node -is [System.Management.Automation.Language.CommandAst] }, $true)
    & $load @($calls | ForEach-Object -Process { $_.GetCommandName() } | Where-Object -FilterScript { $null -ne $_ })
    $value = @(& $script $request.with $Secret)
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
