using System.Management.Automation;
using System.Management.Automation.Language;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace KmsDoctor.PowerShellHost;

/// <summary>One thing that Windows PowerShell 5.1 would not take.</summary>
record Finding(string File, int Line, int Column, string Kind, string Text);

/// <summary>
/// Looks for what came after Windows PowerShell 5.1, and for commands and parameters that are not in a table. The
/// engine here is a later one: what it parses without a word may well be an error there.
/// </summary>
static class Compatibility
{
    static readonly JsonSerializerOptions Json = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    static readonly HashSet<string> LaterVariables = new(StringComparer.OrdinalIgnoreCase)
    {
        "IsWindows", "IsLinux", "IsMacOS", "IsCoreCLR", "PSStyle", "EnabledExperimentalFeatures",
        "PSNativeCommandUseErrorActionPreference", "PSNativeCommandArgumentPassing",
    };

    static readonly HashSet<string> LaterTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        "semver", "System.Management.Automation.SemanticVersion", "ExperimentalFeature",
        "ValidateNotNullOrWhiteSpace", "ArgumentCompletions", "NoRunspaceAffinity",
    };

    static readonly HashSet<string> CommonParameters = new(StringComparer.OrdinalIgnoreCase)
    {
        "Verbose", "Debug", "ErrorAction", "WarningAction", "InformationAction", "ErrorVariable",
        "WarningVariable", "InformationVariable", "OutVariable", "OutBuffer", "PipelineVariable", "WhatIf", "Confirm",
    };

    public static int Check(string tableFile, string[] files)
    {
        var table = ReadTable(tableFile);
        var findings = files.SelectMany(file => Examine(file, table)).ToList();
        Console.Out.WriteLine(JsonSerializer.Serialize(findings, Json));
        return findings.Count > 0 ? 1 : 0;
    }

    /// <summary>{ "Cmdlet-Name": { "parameters": ["Name", …] } }</summary>
    static Dictionary<string, HashSet<string>> ReadTable(string file)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(file));
        return document.RootElement.EnumerateObject().ToDictionary(
            entry => entry.Name,
            entry => entry.Value.GetProperty("parameters").EnumerateArray()
                .Select(name => name.GetString()!).ToHashSet(StringComparer.OrdinalIgnoreCase),
            StringComparer.OrdinalIgnoreCase);
    }

    static List<Finding> Examine(string file, Dictionary<string, HashSet<string>> table)
    {
        var findings = new List<Finding>();
        void Add(IScriptExtent extent, string kind, string? text = null) => findings.Add(new(
            Path.GetFileName(file), extent.StartLineNumber, extent.StartColumnNumber, kind, text ?? extent.Text));

        var script = Parser.ParseFile(Path.GetFullPath(file), out var tokens, out var errors);
        foreach (var error in errors) Add(error.Extent, "parse-error", error.ErrorId);
        // 5.1 reads a file without a byte order mark in the ANSI code page of the PC.
        if (File.ReadAllBytes(file).Any(octet => octet > 127)) Add(script.Extent, "not-ascii", "");
        if (script.ScriptRequirements?.RequiredPSVersion > new Version(5, 1)) Add(script.Extent, "requires-later", "");
        LookAtTokens(tokens, Add);

        var own = script.FindAll(node => node is FunctionDefinitionAst, true)
            .Select(node => ((FunctionDefinitionAst)node).Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        foreach (var node in script.FindAll(_ => true, true))
        {
            if (LaterConstruct(node) is { } kind) Add(node.Extent, kind);
            if (node is CommandAst command) LookAtCommand(command, own, table, Add);
        }
        return findings;
    }

    delegate void Report(IScriptExtent extent, string kind, string? text = null);

    static void LookAtTokens(Token[] tokens, Report add)
    {
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            if (token is NumberToken && HasLaterSuffix(token.Text)) add(token.Extent, "number-suffix");
            if (token.Kind is TokenKind.StringExpandable or TokenKind.HereStringExpandable
                && Regex.IsMatch(token.Text, @"(?<!`)(?:``)*`(?:e|u\{)")) add(token.Extent, "escape-e-or-u");
            if (token.Kind == TokenKind.Pipe)
            {
                var before = tokens[..i].LastOrDefault(one => one.Kind != TokenKind.Comment);
                if (before?.Kind == TokenKind.NewLine) add(token.Extent, "pipe-at-line-start");
            }
        }
    }

    static bool HasLaterSuffix(string number)
    {
        if (Regex.IsMatch(number, "^[+-]?0x[0-9a-f]+(?:l|kb|mb|gb|tb|pb)*$", RegexOptions.IgnoreCase)) return false;
        return Regex.IsMatch(number, @"^[+-]?0b", RegexOptions.IgnoreCase)
            || Regex.IsMatch(number, @"\d(?:u|ul|us|uy|n|s|y)(?:kb|mb|gb|tb|pb)?$", RegexOptions.IgnoreCase);
    }

    static string? LaterConstruct(Ast node) => node switch
    {
        TernaryExpressionAst => "ternary",
        BinaryExpressionAst { Operator: TokenKind.QuestionQuestion } => "null-coalescing",
        BinaryExpressionAst { Operator: TokenKind.DotDot, Left: StringConstantExpressionAst } => "range-of-characters",
        AssignmentStatementAst { Operator: TokenKind.QuestionQuestionEquals } => "null-coalescing-assignment",
        MemberExpressionAst { NullConditional: true } => "null-conditional-member",
        IndexExpressionAst { NullConditional: true } => "null-conditional-index",
        InvokeMemberExpressionAst { GenericTypeArguments.Count: > 0 } => "generic-method",
        PipelineChainAst => "pipeline-chain",
        PipelineAst { Background: true } => "background",
        ScriptBlockAst { CleanBlock: not null } => "clean-block",
        TypeDefinitionAst { IsEnum: true, BaseTypes.Count: > 0 } => "enum-base-type",
        VariableExpressionAst variable when LaterVariables.Contains(variable.VariablePath.UserPath) => "later-variable",
        TypeExpressionAst type when LaterTypes.Contains(type.TypeName.FullName) => "later-type",
        TypeConstraintAst type when LaterTypes.Contains(type.TypeName.FullName) => "later-type",
        AttributeAst type when LaterTypes.Contains(type.TypeName.FullName) => "later-type",
        _ => null,
    };

    static void LookAtCommand(CommandAst command, HashSet<string> own, Dictionary<string, HashSet<string>> table, Report add)
    {
        // What is called by way of a variable is a script block of our own, or one of our scripts.
        if (command.GetCommandName() is not { } name || own.Contains(name)) return;
        if (!table.TryGetValue(name, out var parameters))
        {
            add(command.CommandElements[0].Extent, "unknown-command", name);
            return;
        }
        // What is splatted cannot be looked up.
        foreach (var splatted in command.CommandElements.OfType<VariableExpressionAst>().Where(one => one.Splatted))
            add(splatted.Extent, "splatting");
        foreach (var given in command.CommandElements.OfType<CommandParameterAst>())
        {
            if (!CommonParameters.Contains(given.ParameterName) && !parameters.Contains(given.ParameterName))
                add(given.Extent, "unknown-parameter", $"{name} -{given.ParameterName}");
        }
    }
}
