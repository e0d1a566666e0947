# --- DNS, RPC and SNTP over .NET sockets --------------------------------------------------------------------------------

# The destination of a packet.
function Get-Endpoint([string] $Address, [int] $Port) {
    New-Object -TypeName System.Net.IPEndPoint -ArgumentList ([System.Net.IPAddress]::Parse($Address)), $Port
}
function Get-RandomBytes([int] $Count) { @([guid]::NewGuid().ToByteArray()[0..($Count - 1)]) }

$typeNumbers = @{ A = 1; CNAME = 5; AAAA = 28; SRV = 33 }
function New-Query([string] $Name, [string] $Type, [byte[]] $Id, [bool] $Extended) {
    $bytes = @($Id) + @(1, 0, 0, 1, 0, 0, 0, 0, 0, [int] $Extended)
    foreach ($label in $Name.Split('.')) { $bytes += @($label.Length) + [System.Text.Encoding]::ASCII.GetBytes($label) }
    $bytes += @(0, 0, $typeNumbers[$Type], 0, 1)
    # 1232 bytes pass everywhere without fragmentation (DNS Flag Day 2020).
    if ($Extended) { $bytes += @(0, 0, 41, 4, 208, 0, 0, 0, 0, 0, 0) }
    , [byte[]] $bytes
}
# Decodes the name at an offset of a message, in lowercase, with unprintable bytes escaped. Also returns its end.
function Read-Name([byte[]] $Message, [int] $At) {
    $labels = @()
    $end = -1
    $octets = 0
    # A pointer refers to an earlier part of the message (RFC 1035 4.1.4).
    $before = $At
    while ($true) {
        if ($At -ge $Message.Length) { throw 'cut' }
        $length = $Message[$At]
        if ($length -ge 192) {
            if ($end -lt 0) { $end = $At + 2 }
            $At = (($length -band 63) * 256) + $Message[$At + 1]
            if ($At -ge $before) { throw 'loop' }
            $before = $At
            continue
        }
        $At += 1
        $octets += $length + 1
        if ($length -gt 63 -or $octets -gt 255) { throw 'long' }
        if ($length -eq 0) {
            if ($end -lt 0) { $end = $At }
            return @{ Name = ($labels -join '.').ToLower(); End = $end }
        }
        if ($At + $length -gt $Message.Length) { throw 'cut' }
        $label = ''
        foreach ($octet in $Message[$At..($At + $length - 1)]) {
            if ($octet -eq 46) { throw 'dot' }
            if ($octet -eq 92) { $label += '\\' }
            elseif ($octet -gt 32 -and $octet -lt 127) { $label += [char] $octet }
            else { $label += '\{0:d3}' -f [int] $octet }
        }
        $labels += $label
        $At += $length
    }
}
# Decodes the records of a section, validating their lengths. Also returns the section's end.
function Read-Section([byte[]] $Message, [int] $At, [int] $Count) {
    $records = @(for ($left = $Count; $left -gt 0; $left -= 1) {
        $owner = Read-Name $Message $At
        $data = $owner.End + 10
        if ($data -gt $Message.Length) { throw 'cut' }
        $type = Read-Number $Message $owner.End 2 $false
        $length = Read-Number $Message ($data - 2) 2 $false
        $At = $data + $length
        if ($At -gt $Message.Length) { throw 'cut' }
        $target = ''
        if ($type -eq 5 -or $type -eq 33) {
            $read = Read-Name $Message ($data + $(if ($type -eq 33) { 6 } else { 0 }))
            if ($read.End -ne $At) { throw 'length' }
            $target = $(if ($read.Name -eq '') { '.' } else { $read.Name })
        } elseif (($type -eq 1 -and $length -ne 4) -or ($type -eq 28 -and $length -ne 16)) { throw 'length' }
        @{ Owner = $owner.Name; Type = $type; Class = (Read-Number $Message ($owner.End + 2) 2 $false); Data = $data; Target = $target }
    })
    @{ Records = $records; End = $At }
}
# Decodes a reply. Returns null if it answers another question; g if it's malformed, or neither contains nor denies the
# record; T if it's truncated; otherwise the reply code and the records that belong to the name.
function Read-Reply([byte[]] $Message, $Job) {
    if ($Message.Length -lt 12 -or $Message[0] -ne $Job.Id[0] -or $Message[1] -ne $Job.Id[1]) { return $null }
    if (($Message[2] -band 248) -ne 128) { return 'g' }
    try {
        $wanted = $typeNumbers[$Job.Type]
        $at = 12
        $questions = Read-Number $Message 4 2 $false
        for ($left = $questions; $left -gt 0; $left -= 1) {
            $asked = Read-Name $Message $at
            $at = $asked.End + 4
            if ($left -eq $questions -and ($asked.Name -ne $Job.Name -or (Read-Number $Message $asked.End 2 $false) -ne $wanted -or
                (Read-Number $Message ($asked.End + 2) 2 $false) -ne 1)) { return $null }
        }
        $count = Read-Number $Message 6 2 $false
        $answers = Read-Section $Message $at $count
        $authorities = Read-Section $Message $answers.End (Read-Number $Message 8 2 $false)
        $additionals = Read-Section $Message $authorities.End (Read-Number $Message 10 2 $false)
        # Uncounted trailing bytes may be the very record whose absence is claimed.
        if ($count -eq 0 -and $additionals.End -ne $Message.Length) { return 'g' }
        $code = $Message[3] -band 15
        foreach ($one in $additionals.Records) { if ($one.Type -eq 41) { $code += 16 * $Message[$one.Data - 6]; break } }
        if ($questions -eq 0) { return $(if (@(1, 2, 4, 5) -contains $code) { [string] $code } else { 'g' }) }
        $known = @($answers.Records | Where-Object -FilterScript { $_.Class -eq 1 })
        $aliases = @{}
        foreach ($one in $known) { if ($one.Type -eq 5) { $aliases[$one.Owner] = $one.Target } }
        $own = @{}
        for ($name = $Job.Name; $null -ne $name -and -not $own[$name]; $name = $aliases[$name]) { $own[$name] = $true }
        $has = $false
        $texts = @(foreach ($one in $known) {
            if (-not $own[$one.Owner]) { continue }
            $tail = if ($one.Owner -eq $Job.Name) { '' } else { ' @' + $one.Owner }
            if ($one.Type -eq 5) { 'C ' + $one.Target + $tail }
            if ($one.Type -ne $wanted) { continue }
            $has = $true
            $data = $one.Data
            if ($wanted -eq 1) { 'A ' + ($Message[$data..($data + 3)] -join '.') + $tail }
            elseif ($wanted -eq 28) { '6 ' + (New-Object -TypeName System.Net.IPAddress -ArgumentList (, [byte[]] $Message[$data..($data + 15)])) + $tail }
            else { 'S ' + (@(0, 2, 4 | ForEach-Object -Process { Read-Number $Message ($data + $_) 2 $false }) -join ' ') + ' ' + $one.Target + $tail }
        })
        # Records of other names answer another question, and a record contradicts a name error.
        if (($texts.Count -eq 0 -and $count -gt 0) -or ($has -and $code -eq 3)) { return 'g' }
        if (($Message[2] -band 2) -ne 0) { $Job.Cut = $texts; return 'T' }
        # Only name servers, or an alias without its target (RFC 2308 2.2).
        $around = @($authorities.Records | ForEach-Object -Process { $_.Type })
        if ($code -eq 0 -and -not $has -and $around -notcontains 6 -and ($texts.Count -gt 0 -or $around -contains 2)) { return 'g' }
        (@([string] $code) + $texts) -join '|'
    } catch {
        'g'
    }
}

# The bind request for the KMS interface (C706 12.6), which asks whether a server offers it. No operation is called.
$bind = '05000b03100000004800000000000000d016d016000000000100000000000100' +
    '7521c8514e845047b0d8ec255555bc0601000000045d888aeb1cc9119fe808002b10486002000000'
$ndr32 = '045d888aeb1cc9119fe808002b10486002000000'
function ConvertFrom-Hex([string] $Hex) {
    , [byte[]] @(for ($at = 0; $at -lt $Hex.Length; $at += 2) { [System.Convert]::ToByte($Hex.Substring($at, 2), 16) })
}
function Read-Number([byte[]] $Bytes, [int] $At, [int] $Count, [bool] $Little) {
    $value = [long] 0
    for ($step = 0; $step -lt $Count; $step += 1) {
        $value = $value * 256 + $Bytes[$(if ($Little) { $At + $Count - 1 - $step } else { $At + $step })]
    }
    $value
}
# Decodes the reply to a bind: k accepted, o another RPC server, x not RPC, c too busy to tell; null if incomplete.
function Read-Bound([byte[]] $Bytes, [byte[]] $Id) {
    if ($Bytes[0] -ne 5 -or ($Bytes.Length -gt 1 -and $Bytes[1] -ne 0)) { return 'x' }
    if ($Bytes.Length -lt 16) { return $null }
    $little = ($Bytes[4] -shr 4) -eq 1
    $length = Read-Number $Bytes 8 2 $little
    if ($Bytes[2] -gt 19 -or $length -lt 18 -or $length -gt 5840) { return 'x' }
    if ($Bytes.Length -lt $length) { return $null }
    if ((Read-Number $Bytes 12 4 $little) -ne (Read-Number $Id 0 4 $true) -or $Bytes.Length -gt $length) { return 'x' }
    # A reply is unfragmented and unauthenticated, and never of a type that only clients send.
    if (($Bytes[3] -band 3) -ne 3 -or ($Bytes[4] -shr 4) -gt 1 -or $Bytes[10] -ne 0 -or $Bytes[11] -ne 0 -or
        @(0, 11, 14, 16, 18, 19) -contains $Bytes[2]) { return 'x' }
    # A server at capacity hasn't revealed what it offers.
    if ($Bytes[2] -eq 13) { return $(if (@(1, 2) -contains (Read-Number $Bytes 16 2 $little)) { 'c' } else { 'o' }) }
    if ($Bytes[2] -eq 3) {
        if ($length -lt 28) { return 'x' }
        return $(if ((Read-Number $Bytes 24 4 $little) -eq 0x1c010014) { 'c' } else { 'o' })
    }
    if ($Bytes[2] -ne 12) { return 'o' }
    if ($length -lt 26) { return 'x' }
    $results = [int] [Math]::Ceiling((26 + (Read-Number $Bytes 24 2 $little)) / 4) * 4
    if ($results + 1 -gt $length) { return 'x' }
    if ($Bytes[$results] -eq 0) { return 'o' }
    if ($Bytes[$results] -gt 1 -or $results + 28 -gt $length) { return 'x' }
    $result = Read-Number $Bytes ($results + 4) 2 $little
    if ($result -eq 2 -and (Read-Number $Bytes ($results + 6) 2 $little) -eq 3) { return 'c' }
    if ($result -ne 0) { return 'o' }
    $syntax = $Bytes[($results + 8)..($results + 27)]
    if (-not $little) {
        $syntax = @($syntax[3..0]) + @($syntax[5..4]) + @($syntax[7..6]) + @($syntax[8..15]) + @($syntax[19..16])
    }
    $hex = -join ($syntax | ForEach-Object -Process { '{0:x2}' -f [int] $_ })
    if ($hex -eq $ndr32) { 'k' } else { 'o' }
}

# Classifies a socket error: r refused, f filtered, n no route; empty for any other error.
function Get-SocketFailure($Exception) {
    $one = $Exception
    while ($null -ne $one.InnerException) { $one = $one.InnerException }
    switch -Regex ([string] $one.SocketErrorCode) {
        '^(ConnectionRefused|ConnectionReset)$' { return 'r' }
        '^(TimedOut|AccessDenied)$' { return 'f' }
        '^(HostUnreachable|HostDown|NetworkUnreachable|NetworkDown|AddressNotAvailable|AddressFamilyNotSupported)$' { return 'n' }
    }
    ''
}
# The DNS codes for the same results.
$dnsFailures = @{ r = 'c'; f = 's'; n = 'u'; '' = '!' }

function Start-Udp($Job) {
    $endpoint = Get-Endpoint $Job.Address $Job.Port
    $Job.Socket = New-Object -TypeName System.Net.Sockets.UdpClient -ArgumentList $endpoint.AddressFamily
    $Job.Socket.Connect($endpoint)
    $Job.SentAt = [datetime]::UtcNow
    [void] $Job.Socket.Send($Job.Bytes, $Job.Bytes.Length)
    $Job.Task = $Job.Socket.ReceiveAsync()
}
function Start-Tcp($Job) {
    $endpoint = Get-Endpoint $Job.Address $Job.Port
    $Job.Socket = New-Object -TypeName System.Net.Sockets.TcpClient -ArgumentList $endpoint.AddressFamily
    $Job.Open = $false
    $Job.Received = [byte[]] @()
    $Job.Task = $Job.Socket.ConnectAsync($endpoint.Address, $endpoint.Port)
}
function Close-Job($Job, [string] $Said) {
    $Job.Said = $Said
    $Job.Task = $null
    if ($null -ne $Job.Socket) { $Job.Socket.Close() }
}
# Advances an exchange: UDP waits for a datagram, TCP for the connection and then for bytes.
function Step-Job($Job) {
    $elapsed = Get-Elapsed
    try {
        if ($Job.Task.IsFaulted -or $Job.Task.IsCanceled) { throw $Job.Task.Exception }
        if ($Job.Way -eq 'udp') {
            if ($Job.Task.IsCompleted) {
                $received = $Job.Task.Result.Buffer
                if ($Job.Kind -eq 'time') { $said = Read-Time $received $Job } else { $said = Read-Reply $received $Job }
                if ($null -eq $said) {
                    # A reply to another question proves nothing; a second one is taken as the server's answer.
                    if ($Job.Strange -and $Job.Resent) { Close-Job $Job 'g'; return }
                    $Job.Strange = $true
                    $Job.Task = $Job.Socket.ReceiveAsync()
                } elseif ($said -eq 'T') {
                    $Job.Socket.Close()
                    $Job.Way = 'tcp'
                    Start-Tcp $Job
                } elseif ($said -notmatch '^[03](\||$)' -and $Job.Extended) {
                    # The server may not support EDNS (RFC 6891 7), which Windows doesn't use.
                    $Job.Extended = $false
                    $Job.Bytes = $Job.Plain
                    $Job.Socket.Close()
                    Start-Udp $Job
                } else { Close-Job $Job $said }
            } elseif ($elapsed -gt $Job.Deadline) { Close-Job $Job $(if ($Job.Strange) { 'g' } else { 's' }) }
            elseif (-not $Job.Resent -and $elapsed -gt $Job.ResendAt) {
                $Job.Resent = $true
                $Job.Extended = $false
                $Job.SentAt = [datetime]::UtcNow
                [void] $Job.Socket.Send($Job.Plain, $Job.Plain.Length)
            }
            return
        }
        if (-not $Job.Task.IsCompleted) {
            if ($elapsed -le $Job.Deadline) { return }
            if ($Job.Kind -eq 'dns') { Close-Job $Job (Get-CutAnswer $Job) }
            else { Close-Job $Job $(if ($Job.Open) { 's' } else { 'f' }) }
            return
        }
        if (-not $Job.Open) {
            $Job.Open = $true
            $Job.Buffer = New-Object -TypeName byte[] -ArgumentList 8192
            if ($Job.Kind -eq 'rpc') { $Job.Deadline = $elapsed + $probeMs; $bytes = $Job.Bytes }
            else { $bytes = [byte[]] (@([int] [Math]::Floor($Job.Plain.Length / 256), ($Job.Plain.Length % 256)) + $Job.Plain) }
            $Job.Stream = $Job.Socket.GetStream()
            $Job.Stream.Write($bytes, 0, $bytes.Length)
        } else {
            $count = $Job.Task.Result
            if ($count -eq 0) {
                if ($Job.Kind -eq 'dns') { Close-Job $Job (Get-CutAnswer $Job) } else { Close-Job $Job 'c' }
                return
            }
            $Job.Received = [byte[]] ($Job.Received + $Job.Buffer[0..($count - 1)])
            if ($Job.Kind -eq 'rpc') {
                $said = Read-Bound $Job.Received $Job.Id
                if ($null -ne $said) { Close-Job $Job $said; return }
            } elseif ($Job.Received.Length -ge 2) {
                $length = $Job.Received[0] * 256 + $Job.Received[1]
                if ($Job.Received.Length -ge $length + 2) {
                    $said = if ($length -gt 0) { Read-Reply $Job.Received[2..($length + 1)] $Job }
                    if ($said -eq 'T') { $said = Get-CutAnswer $Job }
                    Close-Job $Job $(if ($null -eq $said) { 'g' } else { $said })
                    return
                }
            }
        }
        $Job.Task = $Job.Stream.ReadAsync($Job.Buffer, 0, $Job.Buffer.Length)
    } catch {
        $failure = Get-SocketFailure $_.Exception
        if ($Job.Way -eq 'tcp' -and $Job.Kind -eq 'dns') { Close-Job $Job (Get-CutAnswer $Job) }
        elseif ($Job.Kind -ne 'rpc') { Close-Job $Job $dnsFailures[$failure] }
        elseif ($Job.Open -or [string] $_.Exception.GetBaseException().SocketErrorCode -eq 'ConnectionReset') { Close-Job $Job 'c' }
        else { Close-Job $Job $(if ($failure -eq '') { '!' } else { $failure }) }
    }
}
# If TCP is blocked, the server still exists, but a truncated reply doesn't deny any record.
function Get-CutAnswer($Job) { if ($Job.Cut.Count -gt 0) { (@('0') + $Job.Cut) -join '|' } else { 'g' } }

# Runs exchanges, at most 64 at a time, until all are complete or time is up.
function Complete-Jobs($Jobs) {
    $waiting = New-Object -TypeName System.Collections.Queue -ArgumentList (, @($Jobs))
    $open = @()
    while ($waiting.Count + $open.Count -gt 0) {
        while ($waiting.Count -gt 0 -and $open.Count -lt 64 -and (Get-Elapsed) -lt $totalMs - 2 * $probeMs) {
            $job = $waiting.Dequeue()
            $job.Deadline = (Get-Elapsed) + $probeMs
            $job.ResendAt = (Get-Elapsed) + $resendMs
            try {
                if ($job.Way -eq 'udp') { Start-Udp $job } else { Start-Tcp $job }
                $open += $job
            } catch {
                $failure = Get-SocketFailure $_.Exception
                Close-Job $job $(if ($job.Kind -ne 'rpc') { $dnsFailures[$failure] } elseif ($failure -eq '') { '!' } else { $failure })
            }
        }
        if ($open.Count -eq 0) { break }
        foreach ($job in $open) { Step-Job $job }
        $open = @($open | Where-Object -FilterScript { $null -ne $_.Task })
        if ($open.Count -gt 0) { [System.Threading.Thread]::Sleep(5) }
    }
}
function New-DnsJob([string] $Address, [string] $Name, [string] $Type) {
    $id = Get-RandomBytes 2
    @{
        Kind = 'dns'; Way = 'udp'; Address = $Address; Port = 53; Name = $Name; Type = $Type; Id = $id; Extended = $true
        Bytes = (New-Query $Name $Type $id $true); Plain = (New-Query $Name $Type $id $false); Said = ''; Cut = @()
        Resent = $false; Strange = $false; Task = $null; Socket = $null
    }
}
function New-RpcJob([string] $Address, [int] $Port) {
    $id = Get-RandomBytes 4
    $bytes = ConvertFrom-Hex $bind
    for ($at = 0; $at -lt 4; $at += 1) { $bytes[12 + $at] = $id[$at] }
    @{ Kind = 'rpc'; Way = 'tcp'; Address = $Address; Port = $Port; Id = $id; Bytes = $bytes; Said = ''; Task = $null; Socket = $null; Open = $false }
}
# An SNTP query (RFC 4330). The server echoes the transmit timestamp, which distinguishes its reply from forged ones.
function New-TimeJob([string] $Address) {
    $cookie = Get-RandomBytes 8
    $bytes = [byte[]] (@(35) + @(0) * 39 + $cookie)
    @{
        Kind = 'time'; Way = 'udp'; Address = $Address; Port = 123; Id = $cookie; Bytes = $bytes; Plain = $bytes; Said = ''
        Resent = $false; Strange = $false; Extended = $false; Task = $null; Socket = $null
    }
}
function Read-Time([byte[]] $Message, $Job) {
    if ($Message.Length -lt 48 -or ($Message[0] -band 7) -ne 4) { return $null }
    for ($at = 0; $at -lt 8; $at += 1) { if ($Message[24 + $at] -ne $Job.Id[$at]) { return $null } }
    if (($Message[0] -shr 6) -eq 3 -or $Message[1] -eq 0) { return 'g' }
    $received = [datetime]::UtcNow
    $theirs = 0.0
    foreach ($place in 32, 40) {
        $seconds = [double] (Read-Number $Message $place 4 $false)
        if ($seconds -lt 2147483648) { $seconds += 4294967296 }
        $theirs += ($seconds + (Read-Number $Message ($place + 4) 4 $false) / 4294967296) / 2
    }
    $middle = New-Object -TypeName datetime -ArgumentList ([long] (($Job.SentAt.Ticks + $received.Ticks) / 2))
    $epoch = New-Object -TypeName datetime -ArgumentList 1900, 1, 1
    [string] ([Math]::Round((($middle - $epoch).TotalSeconds - $theirs) / 0.6) / 100)
}
