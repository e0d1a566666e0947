# Functions in place of the cmdlets that only Windows has: each asks windows-double.mjs, and gives objects.
$ErrorActionPreference = 'Stop'

# By .NET: a cmdlet leaves no exit code behind.
function global:Invoke-Double([string] $Name, [object[]] $Given, [hashtable] $Environment = @{}) {
  $start = New-Object -TypeName System.Diagnostics.ProcessStartInfo
  $start.FileName = $env:DOUBLE_NODE
  $start.Arguments = (@($env:DOUBLE) + @($Given) | ForEach-Object { '"' + [string] $_ + '"' }) -join ' '
  $start.UseShellExecute = $false
  $start.RedirectStandardOutput = $true
  $start.EnvironmentVariables['TOOL'] = $Name
  foreach ($one in $Environment.Keys) { $start.EnvironmentVariables[$one] = $Environment[$one] }
  $process = [System.Diagnostics.Process]::Start($start)
  $output = $process.StandardOutput.ReadToEnd()
  $process.WaitForExit()
  [pscustomobject] @{ Code = $process.ExitCode; Output = $output }
}

function global:Get-Answer([string] $Name, [object[]] $Given) {
  $run = Invoke-Double $Name $Given
  if ($run.Code -ne 0) { throw "$Name failed" }
  if ($run.Output -ne '') { ConvertFrom-Json -InputObject $run.Output | ForEach-Object { $_ } }
}

foreach ($name in @(
    'Get-Acl', 'Get-CimClass', 'Get-DnsClientGlobalSetting', 'Get-DnsClientServerAddress', 'Get-NetFirewallRule',
    'Get-NetIPAddress', 'Get-NetIPConfiguration', 'Disable-NetFirewallRule', 'New-NetFirewallRule',
    'Remove-NetFirewallRule', 'Install-WindowsFeature', 'Set-DnsClientServerAddress', 'Add-DnsServerPrimaryZone',
    'Add-DnsServerForwarder', 'Resolve-DnsName', 'New-LocalUser', 'Add-LocalGroupMember', 'Remove-LocalUser',
    'Test-WSMan'
  )) {
  Set-Item -Path "function:global:$name" -Value ([scriptblock]::Create("Get-Answer '$name' `$args"))
}

# What JSON has no word for: methods.
function global:Get-Process {
  Get-Answer 'Get-Process' @() | Add-Member -MemberType ScriptMethod -Name CloseMainWindow -Value {
    $null = Invoke-Double 'CloseMainWindow' @()
    $true
  } -PassThru
}
function global:Get-WinEvent([hashtable] $FilterHashtable, $ErrorAction) {
  Get-Answer 'Get-WinEvent' @($FilterHashtable.Id) |
    Add-Member -MemberType ScriptMethod -Name ToXml -Value { $this.text } -PassThru
}

# A program as another user, which no other system can start so.
function global:Start-Process([string] $FilePath, [string[]] $ArgumentList, $Credential, $WorkingDirectory,
  $RedirectStandardOutput, $RedirectStandardError, [switch] $Wait, [switch] $PassThru) {
  if ($null -eq $Credential) {
    $more = @{}
    if ($ArgumentList) { $more.ArgumentList = $ArgumentList }
    return Microsoft.PowerShell.Management\Start-Process -FilePath $FilePath -Wait:$Wait -PassThru:$PassThru @more
  }
  $run = Invoke-Double 'kms-doctor' $ArgumentList @{ AS_USER = $Credential.UserName }
  [System.IO.File]::WriteAllText($RedirectStandardOutput, $run.Output)
  [pscustomobject] @{ ExitCode = $run.Code }
}

# Time goes faster where somebody waits, so that what never comes is given up soon.
$global:Skew = [timespan]::Zero
function global:Get-Date { (Microsoft.PowerShell.Utility\Get-Date).Add($global:Skew) }
function global:Start-Sleep([int] $Milliseconds, [int] $Seconds) {
  $wanted = 4 * ($Milliseconds + 1000 * $Seconds)
  $global:Skew = $global:Skew.Add([timespan]::FromMilliseconds($wanted))
  Microsoft.PowerShell.Utility\Start-Sleep -Milliseconds 100
}
