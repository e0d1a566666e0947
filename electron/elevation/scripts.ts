/**
 * Scripts for Windows PowerShell 5.1, used by the repair session and its client. They are constant; the input is JSON
 * on stdin, and the output is one line of JSON.
 *
 * They're passed on the command line instead of as files, so they can't be replaced.
 */

/** A script defined in this file. */
export type ConstantScript = string & { readonly __brand: 'ConstantScript' };

const PREPARED = String.raw`
if ([string] $ExecutionContext.SessionState.LanguageMode -ne 'FullLanguage') { exit 3 }
# Folders that a user can write to are searched for modules first; Windows' own is the only one left.
$env:PSModulePath = $env:KMS_DOCTOR_MODULES
$ErrorActionPreference = 'Stop'
$ProgressPreference = 'SilentlyContinue'
Set-StrictMode -Version 2.0
$utf8 = New-Object -TypeName System.Text.UTF8Encoding -ArgumentList $false
$reader = New-Object -TypeName System.IO.StreamReader -ArgumentList ([Console]::OpenStandardInput()), $utf8
$order = ConvertFrom-Json -InputObject ($reader.ReadToEnd())
function Write-Answer($Answer) {
    $bytes = $utf8.GetBytes((ConvertTo-Json -InputObject $Answer -Compress -Depth 4))
    $output = [Console]::OpenStandardOutput()
    $output.Write($bytes, 0, $bytes.Length)
    $output.Flush()
}
`;

const script = (body: string): ConstantScript => (PREPARED + body) as ConstantScript;

/**
 * Prompts for administrator rights and starts a program with them. Input:
 * `{ program, arguments: string[], folder, window }`, with `window` the handle of the prompt's owner window, or null.
 * Output: `{ started, code, error, process }`, with `process` the process ID, or 0 if Windows returns none.
 *
 * Start-Process -Verb RunAs does the same, but replaces the error code with localized text, and only 1223
 * (ERROR_CANCELLED) distinguishes a declined prompt from a failure.
 */
export const START_ELEVATED = script(String.raw`
$answer = @{ started = $false; code = 0; error = ''; process = 0 }
try {
    $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
    $start.FileName = [string] $order.program
    $start.Arguments = @($order.arguments) -join ' '
    $start.WorkingDirectory = [string] $order.folder
    $start.UseShellExecute = $true
    $start.Verb = 'RunAs'
    if ($null -ne $order.window) {
        # .NET hands the window over only where Windows may also say there why a program did not start.
        $start.ErrorDialog = $true
        $start.ErrorDialogParentHandle = [System.IntPtr] [long] $order.window
    }
    $process = [System.Diagnostics.Process]::Start($start)
    $answer.started = $true
    if ($null -ne $process) { $answer.process = [int] $process.Id }
} catch {
    $answer.error = [string] $_.FullyQualifiedErrorId
    for ($exception = $_.Exception; $null -ne $exception; $exception = $exception.InnerException) {
        $number = $exception.PSObject.Properties['NativeErrorCode']
        if ($null -ne $number) { $answer.code = [int] $number.Value }
    }
}
Write-Answer $answer
`);

/**
 * Reads the permissions of a folder, all its contents and all its parents. Input: `{ path, create }`. Output:
 * `{ drive, self, inside: [], above: [] }`: the drive type, and for each item its path, its permissions as SDDL, and
 * whether it's a link. Contents with identical permissions are listed once. If the folder is missing and `create` is an
 * SDDL string, the folder is created with those permissions from the start.
 */
export const READ_FOLDER_SECURITY = script(String.raw`
function Get-FolderSecurity($Item) {
    $link = ($Item.Attributes -band [System.IO.FileAttributes]::ReparsePoint) -ne 0
    $sddl = if ($link) { '' } else { [string] (Get-Acl -LiteralPath $Item.FullName).Sddl }
    return @{ path = [string] $Item.FullName; sddl = $sddl; link = [bool] $link }
}
$folder = New-Object -TypeName System.IO.DirectoryInfo -ArgumentList ([string] $order.path)
if (-not $folder.Exists -and $null -ne $order.create) {
    $security = New-Object -TypeName System.Security.AccessControl.DirectorySecurity
    $security.SetSecurityDescriptorSddlForm([string] $order.create)
    [void] [System.IO.Directory]::CreateDirectory($folder.FullName, $security)
    $folder.Refresh()
}
if (-not $folder.Exists) { throw 'no such folder' }
$drive = New-Object -TypeName System.IO.DriveInfo -ArgumentList $folder.Root.FullName
$self = Get-FolderSecurity $folder
$above = @()
for ($parent = $folder.Parent; $null -ne $parent; $parent = $parent.Parent) {
    $above += Get-FolderSecurity $parent
}
$inside = @{}
$folders = New-Object -TypeName System.Collections.Queue
if (-not $self.link) { $folders.Enqueue($folder) }
while ($folders.Count -gt 0) {
    foreach ($item in $folders.Dequeue().GetFileSystemInfos()) {
        $security = Get-FolderSecurity $item
        $kind = [string] $security.link + $security.sddl
        if (-not $inside.ContainsKey($kind)) { $inside[$kind] = $security }
        if ($item -is [System.IO.DirectoryInfo] -and -not $security.link) { $folders.Enqueue($item) }
    }
}
Write-Answer @{ drive = [string] $drive.DriveType; self = $self; inside = @($inside.Values); above = @($above) }
`);
