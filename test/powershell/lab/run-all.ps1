# Runs steps one after the other in this session, each in a scene of its own, as the runner's wrapper has them. Writes
# a line of JSON for each: how it ended, and what it printed.
param([Parameter(Mandatory = $true)] [string] $Plays)

. (Join-Path $PSScriptRoot 'doubles.ps1')
$ErrorActionPreference = 'Continue'

foreach ($play in ConvertFrom-Json -InputObject ([System.IO.File]::ReadAllText($Plays))) {
  $env:SCENE = $play.scene
  $env:SystemRoot = "$($play.scene)/Windows"
  $env:ProgramFiles = "$($play.scene)/Program Files"
  $env:ProgramData = "$($play.scene)/ProgramData"
  # As in a process of its own: no program has ended yet.
  Remove-Variable -Name LASTEXITCODE -Scope Global -ErrorAction SilentlyContinue
  $printed = @(try { & $play.step *>&1 } catch { $global:LASTEXITCODE = 1; $_ })
  $code = if (Test-Path -LiteralPath variable:\LASTEXITCODE) { $LASTEXITCODE } else { 0 }
  [Console]::Out.WriteLine((ConvertTo-Json -Compress -InputObject @{ code = $code; printed = @($printed | ForEach-Object { [string] $_ }) }))
}
