#requires -Version 5.1
# Answers questions one line at a time: a line of JSON on standard input,
#   {"id": 1, "ask": "events", "with": {}}
# becomes a line of JSON on standard output as soon as the answer is known,
#   {"id": 1, "value": [...]}   or   {"id": 1, "error": {...}}
# after {"ready": true} has said that questions are taken. A line that is no JSON is the secret of the next question:
# it never becomes the parameter of a cmdlet as it is, for module logging (event 4103) writes those down.
# Every question runs in a runspace of its own, so one that hangs or throws takes nobody along.
# Ends with the end of its input; with 3 where the language is constrained.
#
# Run as a file, it finds the other scripts beside it: App Control gives the full language to files that it trusts,
# wherever they run. Run as a text, where a policy forbids files, it is given the open standard input, and reads from
# there the name and the text of each script, a line each (a form feed stands for a line feed) up to an empty line.
param($Reader)

if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { exit 3 }

$ErrorActionPreference = 'Stop'
Set-StrictMode -Version 2.0

# Folders that a user can write to are searched for modules first; Windows' own is the only one left.
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
# What is left can be asked.
foreach ($own in 'serve', 'answer') { $scripts.Remove($own) }

$plain = New-Object -TypeName System.IO.StreamWriter -ArgumentList ([Console]::OpenStandardOutput()), $utf8
$plain.AutoFlush = $true
$writer = [System.IO.TextWriter]::Synchronized($plain)

# The short session state: it has the core commands, and loads a module when one of its commands is first called.
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

# Runspaces of a pool can be constrained where this script is not: what an answer will have is asked of one of them.
$mode = (& $prepare $null $null).Invoke()
if ([string] $mode[0] -ne 'FullLanguage') { exit 3 }
$writer.WriteLine('{"ready": true}')

$working = New-Object -TypeName System.Collections.ArrayList
# Whoever has worked for two seconds may hang, and is no reason for others to wait.
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
        # A table is logged as the name of its type.
        $secret = @{ Text = $line }
        continue
    }
    $shell = & $prepare $line $secret
    $secret = $null
    [void] $working.Add(@{ Shell = $shell; Handle = $shell.BeginInvoke(); Since = [System.Diagnostics.Stopwatch]::StartNew() })
}
# A question that hangs would keep the process from ending.
[Environment]::Exit(0)
