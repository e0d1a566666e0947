// --commands TABLE FILE…   JSON list of what Windows PowerShell 5.1 would not take; exit code 1 if any
using KmsDoctor.PowerShellHost;

if (args is ["--commands", var table, .. var files]) return Compatibility.Check(table, files);
Console.Error.WriteLine("usage: --commands TABLE FILE…");
return 64;
