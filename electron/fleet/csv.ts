/** Tables as Intune, ConfigMgr and Excel export them: one computer a row, its facts line in one of the cells. */
import { parse } from 'csv-parse/sync';
import { message } from '@shared/message';
import { isNameKey, lastInText } from './documents';
import { nameIn, unreadable, type FleetInput } from './input';
import type { Line } from './text';

/** Characters of a row at most: longer ones come of a quotation mark that has no counterpart. */
const LONGEST_ROW = 64 * 1024;

/** What stands between cells. */
type Separator = ',' | ';' | '\t';
const SEPARATORS: readonly Separator[] = [',', ';', '\t'];

/** A row with the line that it begins on; null where it is broken. */
interface Row {
  readonly cells: readonly string[] | null;
  readonly line: number;
}

/** What separates the cells of a table whose first line this is; null where it is no table's. */
export function separatorOf(firstLine: string): Separator | null {
  const named = /^sep=([,;\t])\s*$/.exec(firstLine)?.[1];
  const bare = firstLine.replace(/"[^"]*"/g, '');
  const counts = SEPARATORS.map((one) => [one, bare.split(one).length - 1] as const);
  const [most] = counts.sort(([, one], [, other]) => other - one);
  if (named !== undefined) return named as Separator;
  return most === undefined || most[1] === 0 ? null : most[0];
}

/** The computers of a table. */
export async function* inputsInTable(
  lines: AsyncIterable<Line>,
  separator: Separator,
  file: string,
): AsyncGenerator<FleetInput> {
  let nameColumn: number | null = null;
  let isGuess = true;
  // Rows without facts are worth a line each once any row has some; before, it may be no table at all.
  let empty: FleetInput[] | null = [];
  for await (const { cells, line } of rowsOf(lines, separator)) {
    const source = { file, line };
    if (cells === null) {
      const broken = unreadable(source, message('fleet.problem.badRow'));
      if (empty === null) yield broken;
      else empty.push(broken);
      continue;
    }
    if (cells.every((cell) => cell.trim() === '') || /^sep=.?$/.test(cells.join(''))) continue;
    const name = nameIn(cells[nameColumn ?? 0]);
    const found = cells.flatMap((text) => lastInText({ text, name, isGuess }, source) ?? []).at(-1);
    if (found === undefined && nameColumn === null) {
      // What Export-Csv writes above the header.
      if (/^#TYPE /.test(cells.join())) continue;
      const known = cells.findIndex(isNameKey);
      [nameColumn, isGuess] = [Math.max(0, known), known === -1];
      continue;
    }
    // A table without a header has the name in front.
    nameColumn ??= 0;
    const input = found ?? unreadable(source, message('fleet.problem.emptyRow'));
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
 * The rows of a table (RFC 4180). Where a row has no end, or what is in it is no row, it is its first line alone that is
 * broken, and the table goes on with the next one.
 */
async function* rowsOf(lines: AsyncIterable<Line>, separator: Separator): AsyncGenerator<Row> {
  const rows = new RowReader(separator);
  for await (const line of lines) yield* rows.read(line);
  yield* rows.end();
}

class RowReader {
  /** Lines of a row that has not come to its end. */
  private held: Line[] = [];
  private text = '';
  private quotes = 0;

  constructor(private readonly separator: Separator) {}

  *read(next: Line): Generator<Row> {
    const waiting = [next];
    for (let one = waiting.pop(); one !== undefined; one = waiting.pop()) {
      const row = this.take(one);
      if (row === null) continue;
      yield row;
      if (row.cells === null) waiting.push(...this.held.slice(1).reverse());
      this.clear();
    }
  }

  *end(): Generator<Row> {
    while (this.held.length > 0) {
      const [first, ...others] = this.held;
      this.clear();
      yield { cells: null, line: first?.line ?? 1 };
      for (const line of others) yield* this.read(line);
    }
  }

  /** The row that ends with a line; null where it goes on. */
  private take(one: Line): Row | null {
    this.held.push(one);
    const [{ line }] = this.held as [Line];
    if (one.text === null || this.text.length + one.text.length > LONGEST_ROW) {
      return { cells: null, line };
    }
    this.text += this.held.length === 1 ? one.text : `\n${one.text}`;
    this.quotes += one.text.split('"').length - 1;
    return this.quotes % 2 === 1 ? null : { cells: cellsOf(this.text, this.separator), line };
  }

  private clear(): void {
    this.held = [];
    this.text = '';
    this.quotes = 0;
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
