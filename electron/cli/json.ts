/** JSON on standard output. */
import { asciiJson, jsonFile } from '@shared/printable';

/**
 * A document as JSON in ASCII, ending with a line end. Windows PowerShell 5.1 and the agents that run commands on
 * many PCs read the output of a program in the console's code page, where UTF-8 falls apart; an escape is read the
 * same everywhere, and says what a control character would do.
 */
export function jsonOutput(document: object): string {
  return asciiJson(jsonFile(document));
}
