#requires -Version 5.1
# Answers questions, one per line: a line of JSON on standard input,
#   {"id": 1, "ask": "events", "with": {}}
# becomes a line of JSON on standard output as soon as the answer is known:
#   {"id": 1, "value": [...]}   or   {"id": 1, "error": {...}}
# {"ready": true} comes first, once questions are accepted. A line that isn't JSON is the secret for the next question.
# It's never passed to a cmdlet as a plain parameter, since module logging (event 4103) records parameters.
# Every question runs in a separate runspace, so one that hangs or throws doesn't affect the others.
# Exits at the end of its input, or with 3 if the language mode is constrained.
#
# Run as a file, it finds the other scripts in its folder: App Control allows full language mode for files that it
# trusts, wherever they run. Run as text, if a policy blocks files, it's given the open standard input and reads the
# name and the text of each script from it, one line each (with form feeds for line feeds), up to an empty line.
param($Reader)

if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { exit 3 }

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2.0

# By default, folders that a user can write to are searched for modules first. Only Windows' own folder is kept.
$env:PSModulePath = $env:KMS_DOCTOR_MODULES

$utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$asText = $null -ne $Reader
$scripts = @{}
if ($asText) {
    while ('' -ne ($name = $Reader.ReadLine())) {
        $scripts[$name] = $Reader.ReadLine().Replace([char] 12, [char] 10)
    }
} else {
    $Reader = New-Object -TypeName System.IO.StreamReader -ArgumentList ([Console]::OpenStandardInput()), $utf8
    foreach ($file in [System.IO.Directory]::GetFiles($PSScriptRoot, '*.ps1')) {
        $scripts[[System.IO.Path]::GetFileNameWithoutExtension($file)] = $file
    }
}
$answer = $scripts['answer']
# The remaining scripts are the questions.
foreach ($own in 'serve', 'answer') { $scripts.Remove($own) }

$plain = New-Object -TypeName System.IO.StreamWriter -ArgumentList ([Console]::OpenStandardOutput()), $utf8
$plain.AutoFlush = $true
$writer = [System.IO.TextWriter]::Synchronized($plain)

# A minimal session state: it has the core commands, and loads a module when one of its commands is first called.
$state = [System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2()
$pool = [System.Management.Automation.Runspaces.RunspaceFactory]::CreateRunspacePool($state)
$few = 8
$most = 32
[void] $pool.SetMaxRunspaces($few)
$pool.Open()

$prepare = {
    param($Line, $Secret)
    $shell = [System.Management.Automation.PowerShell]::Create()
    $shell.RunspacePool = $pool
    if ($asText) { [void] $shell.AddScript($answer) } else { [void] $shell.AddCommand($answer) }
    [void] $shell.AddArgument($Line).AddArgument($Secret).AddArgument($scripts).AddArgument($asText).AddArgument($writer)
    $shell
}

# Runspaces of a pool can be constrained even if this script isn't, so one of them is checked.
$mode = (& $prepare $null $null).Invoke()
if ([string] $mode[0] -ne 'FullLanguage') { exit 3 }
$writer.WriteLine('{"ready": true}')

$working = New-Object -TypeName System.Collections.ArrayList
# A question that has been running for two seconds may be hanging, and must not make others wait.
$makeRoom = {
    $slow = 0
    foreach ($one in $working.ToArray()) {
        if ($one.Handle.IsCompleted) {
            $one.Shell.Dispose()
            $working.Remove($one)
        } elseif ($one.Since.ElapsedMilliseconds -gt 2000) { $slow += 1 }
    }
    $room = [Math]::Min($few + $slow, $most)
    if ($room -gt $pool.GetMaxRunspaces()) { [void] $pool.SetMaxRunspaces($room) }
}
$secret = $null
$read = $Reader.ReadLineAsync()
while ($true) {
    while (-not $read.Wait(500)) { & $makeRoom }
    $line = $read.Result
    if ($null -eq $line) { break }
    $read = $Reader.ReadLineAsync()
    if ($line -eq '') { continue }
    if (-not $line.StartsWith('{')) {
        # A hashtable is logged as the name of its type.
        $secret = @{ Text = $line }
        continue
    }
    $shell = & $prepare $line $secret
    $secret = $null
    [void] $working.Add(@{ Shell = $shell; Handle = $shell.BeginInvoke(); Since = [System.Diagnostics.Stopwatch]::StartNew() })
}
# A hanging question would keep the process from exiting.
[Environment]::Exit(0)
