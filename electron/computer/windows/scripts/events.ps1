# The newest volume activation events, oldest first, with the strings that Windows inserts into their texts.
# https://learn.microsoft.com/previous-versions/ff793440(v=technet.10)
param($With)
$provider = "Provider[@Name='Microsoft-Windows-Security-SPP' or @Name='Software Protection Platform Service']"
# Office writes to the same log through the same provider; its many 8233 events must not crowd out others.
$requests = 'EventID=12288 or EventID=12289 or EventID=12293 or EventID=12294'
$logs = @(
    @{ LogName = 'Application'; FilterXPath = "*[System[$provider and ($requests)]]"; MaxEvents = 200 },
    @{ LogName = 'Application'; FilterXPath = "*[System[$provider and EventID=8198]]"; MaxEvents = 100 },
    @{ LogName = 'Application'; FilterXPath = "*[System[$provider and EventID=8233]]"; MaxEvents = 100 },
    # Each client contacts its KMS host once a week.
    @{ LogName = 'Key Management Service'; FilterXPath = '*[System[EventID=12290]]'; MaxEvents = 1000 }
)
$found = @()
foreach ($log in $logs) {
    try {
        $found += @(Get-WinEvent -LogName $log.LogName -FilterXPath $log.FilterXPath -MaxEvents $log.MaxEvents)
    } catch {
        # It's a valid answer that there are no such events, or on most PCs no such log.
        if ($_.FullyQualifiedErrorId -notlike 'NoMatchingEventsFound*' -and
            $_.FullyQualifiedErrorId -notlike 'NoMatchingLogsFound*') { throw }
    }
}
$found | Sort-Object -Property TimeCreated, RecordId | ForEach-Object -Process {
    [pscustomobject] @{
        id = [int] $_.Id
        time = $_.TimeCreated.ToUniversalTime().ToString('o', [System.Globalization.CultureInfo]::InvariantCulture)
        data = @($_.Properties | ForEach-Object -Process { [string] $_.Value })
    }
}
