/** JSON on standard output. */

/**
 * A document as JSON in ASCII, ending with a line end. Windows PowerShell 5.1 and the agents that run commands on
 * many PCs read the output of a program in the console's code page, where UTF-8 falls apart; an escape is read the
 * same everywhere, and says what a control character would do.
 */
export function asciiJson(document: object): string {
  const text = JSON.stringify(document, null, 2).replace(
    /[\u007f-\uffff]/g,
    (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  return `${text}\n`;
}
