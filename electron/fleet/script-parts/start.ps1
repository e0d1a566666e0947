param([string] $OutFolder = '')

$noName = $false
$alwaysZero = $false

# Timeouts in milliseconds: the whole script, one part of Windows, one name through the resolver, one exchange with a
# server, and the delay before a query is sent again.
$totalMs = 55000
$partMs = 24000
$resolveMs = 10000
$probeMs = 2900
$resendMs = 1000

$now = [datetime]::UtcNow
$began = [datetime]::UtcNow
$ErrorActionPreference = 'Stop'
$WarningPreference = 'SilentlyContinue'
$ProgressPreference = 'SilentlyContinue'
$VerbosePreference = 'SilentlyContinue'
$DebugPreference = 'SilentlyContinue'
$InformationPreference = 'SilentlyContinue'

# App Control can restrict scripts to a language mode without .NET methods: no sockets, runspaces or compression.
$full = [string] $ExecutionContext.SessionState.LanguageMode -eq 'FullLanguage'
$windowsId = '55c92734-d682-4d71-983e-d6ec3f16059f'
$officeId = '0ff1ce15-a989-479d-af46-f275c6370663'
$unread = @{}
$leftOut = @()

function Get-Elapsed { [int] (([datetime]::UtcNow - $began).Ticks / 10000) }
function Test-Name([string] $Text) { $Text -match '^(?=.{1,253}$)[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?(\.[A-Za-z0-9_]([A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*$' }
function Test-Ip([string] $Text) { $Text -match '^\d{1,3}(\.\d{1,3}){3}$' -or $Text -match '^[0-9A-Fa-f:]*:[0-9A-Fa-f:.]*$' }

# --- Querying Windows -----------------------------------------------------------------------------------------------

# Runs a block and returns its values, or the reason it failed. Reasons are derived from codes and types, never from
# localized text.
$answer = {
    param($Work, $With)
    try {
        if ($Work -is [string]) {
            # This runs in a separate runspace. Functions of modules see preferences only in the global scope.
            $global:ErrorActionPreference = 'Stop'
            $global:WarningPreference = 'SilentlyContinue'
            $global:ProgressPreference = 'SilentlyContinue'
            $Work = [scriptblock]::Create($Work)
        }
        @{ Value = @(& $Work $With); Reason = $null }
    } catch {
        $id = [string] $_.FullyQualifiedErrorId
        $kind = [string] $_.CategoryInfo.Reason
        $text = $id
        foreach ($name in 'MessageId', 'NativeErrorCode') {
            $property = $_.Exception.PSObject.Properties[$name]
            if ($null -ne $property) { $text += ' ' + [string] $property.Value }
        }
        $code = ''
        if ($text -match '0x([0-9A-Fa-f]{8})') { $code = $Matches[1] }
        elseif ($text -match '(?:WIN32|Windows System Error) (\d{1,5})') { $code = '8007{0:X4}' -f [int] $Matches[1] }
        elseif ($null -ne $_.Exception.PSObject.Properties['HResult']) {
            $code = '{0:X8}' -f $_.Exception.HResult
            if ($code -match '^(8013|80004005|00000000)') { $code = '' }
        }
        if ($code -eq '' -and [string] $_.Exception.Message -match '0x([0-9A-Fa-f]{8})\b') { $code = $Matches[1] }
        $reason = 'tool-failed'
        if ($id -like 'CommandNotFoundException*' -or $id -like 'CouldNotAutoloadMatchingModule*') { $reason = 'tool-missing' }
        elseif ($kind -eq 'PSSecurityException' -or $id -like '*ConstrainedLanguage*') { $reason = 'script-policy' }
        elseif (@('80070005', '80041003', '80338043') -contains $code -or $text -like '*AccessDenied*' -or
            @('UnauthorizedAccessException', 'SecurityException') -contains $kind) { $reason = 'access-denied' }
        elseif (@('80041010', '80041017', '80041018', '80041031', '8004102e', '8004100e') -contains $code -or
            $kind -like 'ParameterBinding*') { $reason = 'unsupported-query' }
        elseif ($code -eq '80070422') { $reason = 'service-disabled' }
        elseif (@('80041069', '800705b4') -contains $code) { $reason = 'timed-out' }
        @{ Value = @(); Reason = $reason }
    }
}

# Runspaces for the parts, so that a hanging one doesn't block the others. Without a pool, each part runs immediately.
function New-Pool {
    if (-not $full) { return $null }
    try {
        $made = [runspacefactory]::CreateRunspacePool([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
        [void] $made.SetMaxRunspaces(12)
        $made.Open()
        $made
    } catch {
        $null
    }
}
$pool = New-Pool
$state = @{ Hung = $false; Licensed = $false; Name = '' }
function Start-Part($Work, $With = $null) {
    if ($null -eq $pool) { return @{ Done = (& $answer $Work $With) } }
    $shell = [powershell]::Create()
    $shell.RunspacePool = $pool
    [void] $shell.AddScript($answer.ToString()).AddArgument($Work.ToString()).AddArgument($With)
    @{ Done = $null; Shell = $shell; Handle = $shell.BeginInvoke(); Since = (Get-Elapsed) }
}
# Returns the values of a part, or the reason it failed.
function Wait-Part($Part, [int] $Limit) {
    if ($null -ne $Part.Done) { return $Part.Done }
    $left = [Math]::Min($Part.Since + $Limit, $totalMs) - (Get-Elapsed)
    if ($Part.Handle.AsyncWaitHandle.WaitOne([Math]::Max($left, 0))) {
        try {
            $Part.Done = @($Part.Shell.EndInvoke($Part.Handle))[0]
        } catch {
            $Part.Done = @{ Value = @(); Reason = 'tool-failed' }
        }
    } else {
        $state.Hung = $true
        $Part.Done = @{ Value = @(); Reason = 'timed-out' }
        return $Part.Done
    }
    $Part.Shell.Dispose()
    $Part.Done
}
