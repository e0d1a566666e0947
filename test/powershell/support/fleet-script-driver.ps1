# Runs the fleet script for each line of JSON on standard input, all in this process, and writes a line for each: the
# exit code, and what came on which stream. A PC of its own is what the scene file says at that time.
Import-Module -Name Doubles
$global:FleetPool = [runspacefactory]::CreateRunspacePool([System.Management.Automation.Runspaces.InitialSessionState]::CreateDefault2())
[void] $global:FleetPool.SetMaxRunspaces(3)
$global:FleetPool.Open()
function global:New-Failure([string] $Id, [string] $Message, [string] $Category = 'NotSpecified') {
  [System.Management.Automation.ErrorRecord]::new([System.Management.Automation.RuntimeException]::new($Message), $Id, $Category, $null)
}
$reader = New-Object -TypeName System.IO.StreamReader -ArgumentList ([Console]::OpenStandardInput())
while ($null -ne ($line = $reader.ReadLine())) {
  $request = ConvertFrom-Json -InputObject $line
  $global:LASTEXITCODE = $null
  . $request.registry
  $began = [datetime]::UtcNow
  try { $all = @(& $request.file -OutFolder $request.folder *>&1) } catch { $all = @($_) }
  $printed = @($all | Where-Object -FilterScript { $_ -is [string] })
  $others = @($all | Where-Object -FilterScript { $_ -isnot [string] } | ForEach-Object -Process { [string] $_ })
  $ms = ([datetime]::UtcNow - $began).TotalMilliseconds
  [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ code = $global:LASTEXITCODE; printed = $printed; others = $others; ms = $ms }))
}
