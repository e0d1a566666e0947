using System.Collections;
using System.Management.Automation;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace KmsDoctor.PowerShellHost;

/// <summary>
/// JSON as Windows PowerShell 5.1 writes and reads it, for the engine's package lacks these cmdlets: angle brackets,
/// ampersand and apostrophe escaped, times as <c>\/Date(…)\/</c>, enumerations as numbers, what lies too deep as text.
/// </summary>
public static class WindowsJson
{
    static readonly JsonSerializerOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Write(object? value, int depth) =>
        (ToNode(value, depth)?.ToJsonString(Plain) ?? "null")
            .Replace("<", "\\u003c").Replace(">", "\\u003e").Replace("&", "\\u0026").Replace("'", "\\u0027")
            .Replace("\\\\/Date(", "\\/Date(").Replace(")\\\\/", ")\\/");

    static JsonNode? ToNode(object? value, int depth)
    {
        var plain = value is PSObject { BaseObject: not PSCustomObject } wrapped ? wrapped.BaseObject : value;
        switch (plain)
        {
            case null or DBNull: return null;
            case string text: return JsonValue.Create(text);
            case bool flag: return JsonValue.Create(flag);
            case Enum one: return JsonValue.Create(Convert.ToInt64(one));
            case DateTime time: return JsonValue.Create($"\\/Date({new DateTimeOffset(time.ToUniversalTime()).ToUnixTimeMilliseconds()})\\/");
            case ulong large: return JsonValue.Create(large);
            case byte or sbyte or short or ushort or int or uint or long: return JsonValue.Create(Convert.ToInt64(plain));
            case float or double or decimal: return JsonValue.Create(Convert.ToDouble(plain));
            case var other when depth < 0: return JsonValue.Create(other.ToString());
            case IDictionary map:
                var members = new JsonObject();
                foreach (DictionaryEntry entry in map) members[entry.Key.ToString()!] = ToNode(entry.Value, depth - 1);
                return members;
            case IEnumerable list:
                return new JsonArray([.. list.Cast<object?>().Select(entry => ToNode(entry, depth - 1))]);
            case var other:
                var properties = new JsonObject();
                foreach (var property in PSObject.AsPSObject(other).Properties)
                    properties[property.Name] = ToNode(property.Value, depth - 1);
                return properties;
        }
    }

    public static object? Read(string json)
    {
        using var document = JsonDocument.Parse(json);
        return ToObject(document.RootElement);
    }

    static object? ToObject(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Object:
                var result = new PSObject();
                foreach (var member in element.EnumerateObject())
                    result.Properties.Add(new PSNoteProperty(member.Name, ToObject(member.Value)));
                return result;
            case JsonValueKind.Array: return element.EnumerateArray().Select(ToObject).ToArray();
            case JsonValueKind.String: return element.GetString();
            case JsonValueKind.Number: return element.TryGetInt32(out var small) ? small : element.GetDecimal();
            case JsonValueKind.True: return true;
            case JsonValueKind.False: return false;
            default: return null;
        }
    }
}
