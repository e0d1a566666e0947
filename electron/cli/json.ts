/** JSON on stdout. */
import { asciiJson, jsonFile } from '@shared/printable';

/**
 * Serializes a document as ASCII JSON with a trailing newline. Windows PowerShell 5.1 and remote management agents
 * decode a program's output in the console's code page, which garbles UTF-8. Escapes decode the same everywhere, and
 * they neutralize control characters.
 */
export function jsonOutput(document: object): string {
  return asciiJson(jsonFile(document));
}
