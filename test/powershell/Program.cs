// check --commands TABLE FILE…     JSON list of what Windows PowerShell 5.1 would not take; exit code 1 if any
// -NoProfile … -File FILE [ARGS]   runs a script as powershell.exe does: real standard input and output, its exit code
using KmsDoctor.PowerShellHost;
using System.Management.Automation;

Environment.SetEnvironmentVariable("POWERSHELL_TELEMETRY_OPTOUT", "1");
PSStyle.Instance.OutputRendering = OutputRendering.PlainText;

return args switch
{
    ["check", "--commands", var table, .. var files] => Compatibility.Check(table, files),
    _ => ScriptRunner.Run(args),
};
