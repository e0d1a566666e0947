/** Many computers: what is open of them, and what a person can ask of it. */
import { create } from 'zustand';
import type { FleetProgressView, FleetView } from '@shared/fleet-view';
import type { FleetOutcome, RequestOf } from '@shared/ipc';
import { currentTranslate } from '../i18n/translations';
import { announce } from './announce';
import { ask } from './bridge';
import { setDialog, setNotice } from './store';

interface FleetState {
  /** Null while nothing is open. */
  readonly view: FleetView | null;
  /** How far the reading is; null while nothing is read. */
  readonly reading: FleetProgressView | null;
  /** Whether the page shows them, and not one PC. */
  readonly isShown: boolean;
  readonly filter: string;
  /** The list that lies open. */
  readonly list: string | null;
  /** The place of the computer that was opened: on the way back the focus goes there. */
  readonly returnTo: number | null;
}

const CLOSED: FleetState = {
  view: null,
  reading: null,
  isShown: false,
  filter: '',
  list: null,
  returnTo: null,
};

/** The store; it outlives the page of a PC that is opened from it. */
export const useFleet = create<FleetState>(() => CLOSED);
const { setState, getState } = useFleet;

/** Filters that were asked for; only the last one counts. */
let asked = 0;

/** Asks for what the filter lets through, in the language of the moment. */
export async function refreshFleet(filter = getState().filter): Promise<void> {
  asked += 1;
  const mine = asked;
  setState({ filter });
  const view = await ask('fleet:view', { filter });
  if (mine === asked) setState({ view });
}

/** Readings whose end has not come. */
let readings = 0;

/** Waits for the end of a reading, and shows what came of it. */
async function arrived(request: Promise<FleetOutcome>): Promise<void> {
  readings += 1;
  const outcome = await request.finally(() => {
    readings -= 1;
    setState({ reading: null });
  });
  switch (outcome.outcome) {
    case 'opened':
      setNotice(null);
      setState({ filter: '', list: null, returnTo: null, isShown: true });
      await refreshFleet('');
      announce(getState().view?.headline ?? '');
      break;
    case 'stopped':
      setNotice({ intent: 'success', text: currentTranslate()('window.fleet.stopped') });
      break;
    case 'failed':
      setNotice({ intent: 'error', text: outcome.message });
      break;
    case 'cancelled':
      break;
  }
}

/** Opens many computers that the person chooses. */
export const openMany = (from: RequestOf<'fleet:open'>['from']): Promise<void> =>
  arrived(ask('fleet:open', { from }));

/** Takes how far the reading has come; events are not in step with answers, and one may come after the end. */
export function applyFleetProgress(reading: FleetProgressView): void {
  if (readings === 0) return;
  if (getState().reading === null) setDialog(null);
  setState({ reading });
}

/** Stops the reading of many computers. */
export const stopReading = () => ask('fleet:stop');

/** A file that was dropped, alone or in a folder. */
export interface DroppedFile {
  /** Its name, with the folders below the one that was dropped. */
  readonly name: string;
  readonly file: Blob;
}

/** Bytes and files of one request, as the border takes them. */
const PART = { bytes: 3_900_000, files: 500 };

/** Opens files that were dropped; texts go over, never paths. */
export async function openDroppedFiles(files: readonly DroppedFile[]): Promise<void> {
  const end = arrived(sendDropped(files));
  const name = files.length === 1 ? (files[0]?.name ?? null) : null;
  applyFleetProgress({ stage: 'reading', done: 0, total: 0, found: 0, name });
  await end;
}

async function sendDropped(files: readonly DroppedFile[]): Promise<FleetOutcome> {
  let part: RequestOf<'fleet:dropped'>['part'] = 'first';
  let waiting: RequestOf<'fleet:dropped'>['files'] = [];
  let bytes = 0;
  const send = async (isLast: boolean) => {
    const outcome = await ask('fleet:dropped', { files: waiting, part, isLast });
    part = 'next';
    waiting = [];
    bytes = 0;
    return outcome;
  };
  for (const { name, file } of files) {
    const decoder = new TextDecoder(await encodingOf(file));
    for (let from = 0; from === 0 || from < file.size; from += PART.bytes) {
      const piece = file.slice(from, from + PART.bytes);
      if (bytes + piece.size > PART.bytes || waiting.length === PART.files) {
        const outcome = await send(false);
        if (outcome.outcome !== 'more') return outcome;
      }
      const text = decoder.decode(await piece.arrayBuffer(), { stream: true });
      waiting.push({ name: name.slice(-255), text, goesOn: from > 0 });
      bytes += piece.size;
    }
  }
  const outcome = await send(true);
  return outcome.outcome === 'more' ? { outcome: 'cancelled' } : outcome;
}

/** Windows PowerShell writes UTF-16 where it is not told otherwise. */
async function encodingOf(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0xff && second === 0xfe ? 'utf-16le' : 'utf-8';
}

/** Opens or closes a list; one lies open at a time. */
export function toggleList(list: string): void {
  setState((state) => ({ list: state.list === list ? null : list, returnTo: null }));
}

/** A PC takes the page; the way back stays. */
export function leaveFleet(): void {
  setState({ isShown: false });
}

/** Goes back from a PC to all of them. */
export async function backToFleet(): Promise<void> {
  setState({ isShown: true });
  // Another language may have been chosen meanwhile.
  await refreshFleet();
}

/** Forgets them. */
export async function closeFleet(): Promise<void> {
  asked += 1;
  setState(CLOSED);
  await ask('fleet:close');
}

/** Copies names or the sentence of a list. */
export async function copyOfList(
  list: string,
  what: RequestOf<'fleet:copy'>['what'],
): Promise<number> {
  return (await ask('fleet:copy', { list, filter: getState().filter, what })).count;
}
