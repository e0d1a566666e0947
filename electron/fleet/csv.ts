/** Tables exported by Intune, Configuration Manager or Excel: one computer per row, with its facts line in any cell. */
import { parse } from 'csv-parse/sync';
import { isNameKey, lastInText } from './documents';
import { fleetProblem, nameIn, type FleetInput } from './input';
import type { Line } from './text';

/** Maximum length of a row in characters: a longer one has an unmatched quotation mark. */
const MAX_ROW_LENGTH = 64 * 1024;

/** Delimiter between cells. */
type Separator = ',' | ';' | '\t';
const SEPARATORS: readonly Separator[] = [',', ';', '\t'];

/** A row and the number of its first line; `cells` is null if it's malformed. */
interface Row {
  readonly cells: readonly string[] | null;
  readonly line: number;
}

/** Detects the delimiter of a table from its first line; null if it isn't a table. */
export function separatorOf(firstLine: string): Separator | null {
  const named = /^sep=([,;\t])\s*$/.exec(firstLine)?.[1];
  const bare = firstLine.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((one) => [one, bare.split(one).length - 1] as const);
  const [most] = counts.sort(([, one], [, other]) => other - one);
  if (named !== undefined) return named as Separator;
  return most === undefined || most[1] === 0 ? null : most[0];
}

/** Reads the computers of a table. */
export async function* inputsInTable(
  lines: AsyncIterable<Line>,
  separator: Separator,
  file: string,
): AsyncGenerator<FleetInput> {
  let nameColumn: number | null = null;
  let isGuess = true;
  // Rows without facts are reported only once a row has some: until that point, the file may not be a table.
  let empty: FleetInput[] | null = [];
  for await (const { cells, line } of rowsOf(lines, separator)) {
    const source = { file, line };
    if (cells === null) {
      const broken = fleetProblem(source, 'badRow');
      if (empty === null) yield broken;
      else empty.push(broken);
      continue;
    }
    if (cells.every((cell) => cell.trim() === '') || /^sep=.?$/.test(cells.join(''))) continue;
    const name = nameIn(cells[nameColumn ?? 0]);
    const found = cells.flatMap((text) => lastInText({ text, name, isGuess }, source) ?? []).at(-1);
    if (found === undefined && nameColumn === null) {
      // Export-Csv writes this line above the header.
      if (/^#TYPE /.test(cells.join())) continue;
      const known = cells.findIndex(isNameKey);
      [nameColumn, isGuess] = [Math.max(0, known), known === -1];
      continue;
    }
    // Without a header, the first column has the name.
    nameColumn ??= 0;
    const input = found ?? fleetProblem(source, 'emptyRow');
    if (found === undefined && empty !== null) {
      empty.push(input);
      continue;
    }
    if (empty !== null) yield* empty;
    empty = null;
    yield input;
  }
}

/**
 * Splits a table into rows (RFC 4180). If a row is unterminated or malformed, only its first line is reported and
 * parsing resumes with the next line.
 */
async function* rowsOf(lines: AsyncIterable<Line>, separator: Separator): AsyncGenerator<Row> {
  const rows = new RowReader(separator);
  for await (const line of lines) yield* rows.read(line);
  yield* rows.giveUp();
}

class RowReader {
  /** Lines of an unfinished row. */
  private held: Line[] = [];
  private text = '';
  private quotes = 0;

  constructor(private readonly separator: Separator) {}

  /** Adds a line and yields the row it completes, or the rows that are given up with it. */
  *read(next: Line): Generator<Row> {
    this.held.push(next);
    if (next.text === null || this.text.length + next.text.length > MAX_ROW_LENGTH) {
      yield* this.giveUp();
      return;
    }
    this.text += this.held.length === 1 ? next.text : `\n${next.text}`;
    this.quotes += next.text.split('"').length - 1;
    if (this.quotes % 2 === 1) return;
    const cells = cellsOf(this.text, this.separator);
    if (cells === null) {
      yield* this.giveUp();
      return;
    }
    const [{ line }] = this.takeHeld() as readonly [Line];
    yield { cells, line };
  }

  /**
   * Reports the first line of the held row as malformed and reads its other lines again. Of these, only the last can
   * have an unpaired quotation mark, so none of them continues on another, and a nested call gives up a single line.
   */
  *giveUp(): Generator<Row> {
    const [first, ...others] = this.takeHeld();
    if (first === undefined) return;
    yield { cells: null, line: first.line };
    for (const line of others) yield* this.read(line);
  }

  private takeHeld(): readonly Line[] {
    const { held } = this;
    this.held = [];
    this.text = '';
    this.quotes = 0;
    return held;
  }
}

function cellsOf(row: string, separator: Separator): readonly string[] | null {
  if (!row.includes('"')) return row.split(separator);
  try {
    const [cells = []] = parse(row, { delimiter: separator, relax_column_count: true });
    return cells;
  } catch {
    return null;
  }
}
