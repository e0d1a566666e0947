/** State and actions of a fleet of many computers. */
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
  /** Reading progress; null while nothing is being read. */
  readonly reading: FleetProgressView | null;
  /** Whether the page shows the fleet rather than one PC. */
  readonly isShown: boolean;
  readonly filter: string;
  /** The expanded list. */
  readonly list: string | null;
  /** Index of the computer that was opened; it is focused on return. */
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

/** The store. It stays alive while a PC opened from the fleet is shown. */
export const useFleet = create<FleetState>(() => CLOSED);
const { setState, getState } = useFleet;

/** Number of filter requests; only the last one counts. */
let asked = 0;

/** Requests the part of the fleet that matches the filter, in the current language. */
export async function refreshFleet(filter = getState().filter): Promise<void> {
  asked += 1;
  const mine = asked;
  setState({ filter });
  const view = await ask('fleet:view', { filter });
  if (mine === asked) setState({ view });
}

/** Number of unfinished reads. */
let readings = 0;

/** Waits for a read to end, and shows its result. */
async function arrived(request: Promise<FleetOutcome>): Promise<void> {
  readings += 1;
  const outcome = await request.finally(() => {
    readings -= 1;
    setState({ reading: null });
  });
  switch (outcome.outcome) {
    case 'opened':
      setNotice(null);
      setState({ ...CLOSED, isShown: true });
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

/** Opens many computers that the user chooses. */
export const openFleet = (from: RequestOf<'fleet:open'>['from']): Promise<void> =>
  arrived(ask('fleet:open', { from }));

/** Updates the reading progress. Events and responses aren't ordered, so an event may arrive after the end. */
export function applyFleetProgress(reading: FleetProgressView): void {
  if (readings === 0) return;
  if (getState().reading === null) setDialog(null);
  setState({ reading });
}

/** A dropped file, alone or in a folder. */
export interface DroppedFile {
  /** File name with its path relative to the dropped folder. */
  readonly name: string;
  readonly file: Blob;
}

/** Maximum bytes and files per request, as accepted by the main process. */
const PART = { bytes: 3_900_000, files: 500 };

/** Opens dropped files; their texts are sent, never their paths. */
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

/** Windows PowerShell writes UTF-16 by default. */
async function encodingOf(file: Blob): Promise<string> {
  const [first, second] = new Uint8Array(await file.slice(0, 2).arrayBuffer());
  return first === 0xff && second === 0xfe ? 'utf-16le' : 'utf-8';
}

/** Expands or collapses a list; only one is expanded at a time. */
export function toggleList(list: string): void {
  setState((state) => ({ list: state.list === list ? null : list, returnTo: null }));
}

/** Closes the fleet. */
export async function closeFleet(): Promise<void> {
  asked += 1;
  setState(CLOSED);
  await ask('fleet:close');
}
