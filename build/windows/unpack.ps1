<#
.SYNOPSIS
  Unpacks the built zip.
.PARAMETER Folder
  Folder of the zip.
.PARAMETER Arch
  x64 or arm64.
.PARAMETER To
  Destination folder.
#>
param(
  [Parameter(Mandatory = $true)] [string] $Folder,
  [Parameter(Mandatory = $true)] [string] $Arch,
  [Parameter(Mandatory = $true)] [string] $To
)

trap { Write-Host "FAILED: $_"; exit 1 }
. (Join-Path $PSScriptRoot 'common.ps1')

$zips = @(Get-ChildItem -Path $Folder -Filter "KMS-Doctor-*-$Arch*.zip")
Assert-That ($zips.Count -eq 1) "there is one zip for $Arch"
Expand-Archive -LiteralPath $zips[0].FullName -DestinationPath $To -Force
Assert-That (Test-Path (Join-Path $To 'kms-doctor.exe')) 'kms-doctor.exe is in it'
exit 0
