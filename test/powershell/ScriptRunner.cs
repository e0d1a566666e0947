using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;

namespace KmsDoctor.PowerShellHost;

/// <summary>Runs one script as <c>powershell.exe -File</c> does.</summary>
static class ScriptRunner
{
    /// <summary>Switches of powershell.exe that the program gives; another one is a mistake.</summary>
    static readonly string[] Switches = ["-NoProfile", "-NonInteractive"];

    public static int Run(string[] args)
    {
        string? file = null;
        var rest = new List<string>();
        for (var i = 0; i < args.Length; i++)
        {
            if (file is not null) rest.Add(args[i]);
            else if (Switches.Contains(args[i])) continue;
            else if (args[i] == "-ExecutionPolicy" && args[++i] == "Bypass") continue;
            else if (args[i] == "-File") file = Path.GetFullPath(args[++i]);
            else return Refuse(args[i]);
        }
        if (file is null) return Refuse("nothing to run");

        var host = new ConsoleHost();
        using var runspace = RunspaceFactory.CreateRunspace(host, InitialSessionState.CreateDefault2());
        runspace.ThreadOptions = PSThreadOptions.UseCurrentThread;
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        // Without this the engine keeps what `exit` says to itself.
        var context = Property(typeof(Runspace), "ExecutionContext").GetValue(runspace)!;
        Property(context.GetType(), "ScriptCommandProcessorShouldRethrowExit").SetValue(context, true);
        try
        {
            using var shell = PowerShell.Create(runspace);
            shell.AddCommand(file, useLocalScope: false);
            // A word with a dash names the parameter that the next word is for.
            for (var i = 0; i < rest.Count; i++)
            {
                if (rest[i].StartsWith('-')) shell.AddParameter(rest[i][1..], rest[++i]);
                else shell.AddArgument(rest[i]);
            }
            shell.Commands.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
            shell.AddCommand("Out-Default");
            shell.Invoke();
            return host.ExitCode ?? 0;
        }
        catch (RuntimeException error)
        {
            Console.Error.WriteLine(error.ErrorRecord);
            return 1;
        }
        finally
        {
            Console.Out.Flush();
        }
    }

    static PropertyInfo Property(Type type, string name) =>
        type.GetProperty(name, BindingFlags.NonPublic | BindingFlags.Instance)
            ?? throw new MissingMemberException(type.FullName, name);

    static int Refuse(string what)
    {
        Console.Error.WriteLine($"powershell-host: {what}");
        return 64;
    }
}
