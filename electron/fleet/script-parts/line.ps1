# --- Encoding -----------------------------------------------------------------------------------------------------------

# Custom JSON serializer, because Windows PowerShell writes some lists as objects.
function ConvertTo-Text($Value) {
    if ($null -eq $Value) { return 'null' }
    if ($Value -is [bool]) { return $(if ($Value) { 'true' } else { 'false' }) }
    if ($Value -is [hashtable]) {
        $parts = foreach ($key in @($Value.Keys | Sort-Object)) { (ConvertTo-Text ([string] $key)) + ':' + (ConvertTo-Text $Value[$key]) }
        return '{' + (@($parts) -join ',') + '}'
    }
    if ($Value -is [array]) {
        $parts = foreach ($item in $Value) { ConvertTo-Text $item }
        return '[' + (@($parts) -join ',') + ']'
    }
    if ($Value -isnot [string] -and [string] $Value -match '^-?\d+(\.\d+)?$') { return [string] $Value }
    $text = ([string] $Value) -replace '[\\"]', '\$0'
    if ($text -match '[^ -~]') {
        $text = -join @(foreach ($one in [char[]] $text) { if ([int] $one -lt 32 -or [int] $one -gt 126) { '\u{0:x4}' -f [int] $one } else { [string] $one } })
    }
    '"' + $text + '"'
}
function ConvertTo-Line([string] $Json) {
    if ($full) {
        $memory = New-Object -TypeName System.IO.MemoryStream
        $deflate = New-Object -TypeName System.IO.Compression.DeflateStream -ArgumentList $memory, ([System.IO.Compression.CompressionLevel]::Optimal)
        $bytes = [System.Text.Encoding]::ASCII.GetBytes($Json)
        $deflate.Write($bytes, 0, $bytes.Length)
        $deflate.Dispose()
        $text = [System.Convert]::ToBase64String($memory.ToArray())
    } else {
        # A single stored block (RFC 1951 3.2.4) and arithmetic base64, neither of which calls a .NET method.
        $length = $Json.Length
        $bytes = @(1, ($length -band 255), ($length -shr 8), (255 - ($length -band 255)), (255 - ($length -shr 8))) +
            @([char[]] $Json | ForEach-Object -Process { [int] $_ })
        $letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
        $text = -join @(for ($at = 0; $at -lt $bytes.Length; $at += 3) {
            $three = $bytes[$at] * 65536 + $(if ($at + 1 -lt $bytes.Length) { $bytes[$at + 1] * 256 } else { 0 }) + $(if ($at + 2 -lt $bytes.Length) { $bytes[$at + 2] } else { 0 })
            $letters[($three -shr 18) -band 63]
            $letters[($three -shr 12) -band 63]
            if ($at + 1 -lt $bytes.Length) { $letters[($three -shr 6) -band 63] }
            if ($at + 2 -lt $bytes.Length) { $letters[$three -band 63] }
        })
    }
    $text = $text.Replace('+', '-').Replace('/', '_').Replace('=', '')
    'KMSD2 ' + ($text -replace '(.{20})(?=.)', '$1.')
}

# --- The line -----------------------------------------------------------------------------------------------------------

# Fields to drop if the line is too long, least important first, each with the name reported as left out.
$cuts = @(
    @('', { $facts.Remove('h'); foreach ($row in $facts.x) { $row.Remove('n') } }),
    @('events', { $facts.g = @($facts.g)[0..11] }),
    @('resolver', { $facts.z = @() }),
    @('events', { $facts.g = @($facts.g)[0..3] }),
    @('office', { $facts.x = @($facts.x | Where-Object -FilterScript { $_.a -ne $officeId }) }),
    @('adapters', { foreach ($one in $facts.a) { $one[3] = @($one[3])[0..1]; $one[4] = @($one[4])[0..0] } }),
    @('port', { $facts.p = @($facts.p)[0..7] }),
    @('dns', { foreach ($one in $facts.d) { for ($at = 1; $at -lt $one.Count; $at += 1) { $one[$at] = ([string] $one[$at] -split '\|')[0..3] -join '|' } } }),
    @('dns', { $facts.d = @($facts.d)[0..0] }),
    @('dns', { $facts.q = @($facts.q)[0..7]; $facts.d = @($facts.d | ForEach-Object -Process { , @($_[0..8]) }) }),
    @('registry', { $facts.Remove('r') }),
    @('port', { $facts.Remove('p') }),
    @('dns', { $facts.Remove('d'); $facts.Remove('q') }),
    @('events', { $facts.Remove('g') }),
    @('adapters', { $facts.Remove('a') }),
    @('service', { $facts.Remove('s') }),
    @('dnsClient', { $facts.j = @() }),
    @('licence', { $facts.Remove('x') })
)
$line = ''
try {
    $facts = Get-Facts
    if ($unread.Count -gt 0) { $facts.u = $unread }
    $line = ConvertTo-Line (ConvertTo-Text $facts)
    foreach ($cut in $cuts) {
        if ($line.Length -le 2048) { break }
        . $cut[1]
        if ($cut[0] -ne '' -and $leftOut -notcontains $cut[0]) { $leftOut += $cut[0] }
        $facts.b = $leftOut
        $line = ConvertTo-Line (ConvertTo-Text $facts)
    }
} catch {
    $bare = @{ v = 1; t = $now.ToString('yyyy-MM-ddTHH:mm:ssZ'); u = @{ system = 'check-failed' } }
    if (-not $noName -and $state.Name) { $bare.n = $state.Name }
    $line = ConvertTo-Line (ConvertTo-Text $bare)
}
if ($OutFolder -ne '') {
    # With the prefix, no computer name can be a reserved DOS device name.
    $file = 'kms-' + ($state.Name -replace '[^A-Za-z0-9_.-]', '_') + '.txt'
    try {
        Out-File -LiteralPath ($OutFolder.TrimEnd('\', '/') + [string] [char] 92 + $file) -InputObject $line -Encoding ascii -ErrorAction Stop
    } catch {
        $null = $_
    }
}
$line
$code = [int] (-not $state.Licensed -and -not $alwaysZero)
# A hung part would keep the process from exiting.
if ($state.Hung) { [Environment]::Exit($code) }
if ($null -ne $pool) { $pool.Dispose() }
exit $code
