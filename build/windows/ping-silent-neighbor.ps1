<#
.SYNOPSIS
  Diagnoses with a nonexistent DNS server in this PC's own subnet. Windows' ping.exe exits with 0 for it, and the
  program must not count that as an answer.
.PARAMETER Doctor
  kms-doctor.exe, or dist\cli\cli.js of the checkout.
.PARAMETER Output
  File to write the output of ping.exe to, in the language of this Windows.
#>
param([Parameter(Mandatory = $true)] [string] $Doctor, [Parameter(Mandatory = $true)] [string] $Output)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$ping = Join-Path $system32 'ping.exe'
$own = Get-NetIPAddress -AddressFamily IPv4 |
  Where-Object { $_.IPAddress -notlike '127.*' -and $_.IPAddress -notlike '169.254.*' -and $_.PrefixLength -lt 31 } |
  Select-Object -First 1
Assert-That ($null -ne $own) 'this PC is in a subnet'

# Tries the last addresses of the subnet, or of the block of 256 that contains this PC's own.
$octets = $own.IPAddress.Split('.')
$size = [Math]::Min(256, [Math]::Pow(2, 32 - $own.PrefixLength))
$first = [int] $octets[3] - [int] $octets[3] % $size
$neighbors = @(($first + $size - 2)..($first + 1) | Where-Object { $_ -ne [int] $octets[3] } |
  ForEach-Object { ($octets[0..2] + $_) -join '.' } | Select-Object -First 20)
$silent = $neighbors | Where-Object {
  (Invoke-Program $ping @('-4', '-n', '1', '-w', '500', $_)).Output -cnotmatch 'TTL='
} | Select-Object -First 1
Assert-That ($null -ne $silent) 'there is a silent address in the subnet'

$run = Invoke-Program $ping @('-4', '-n', '1', '-w', '2000', $silent)
[System.IO.File]::WriteAllText($Output, "exit code $($run.Code)`r`n$($run.Output)")
Write-Host "ping.exe ends with $($run.Code)"

$report = Read-Report @('--dns', $silent)
$pings = @((Get-Check $report 'dns-server-ping').evidence | Where-Object { $_.data.address -eq $silent })
Assert-That ($pings.Count -gt 0) 'the silent address was pinged'
Assert-That (@($pings | Where-Object { $_.data.replied }).Count -eq 0) 'its silence is no reply'
exit 0
