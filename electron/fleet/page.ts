/** The report of many computers as one self-contained HTML page. */
import type { Language } from '@shared/language';
import type { Fleet } from './fleet';

/** What a page is made of besides the fleet. */
export interface FleetPageOptions {
  readonly language: Language;
  readonly version: string;
  /** When it was made. */
  readonly at: Date;
}

/** The page, in pieces, so that that of 50,000 computers is never one string. */
export function* fleetPage(_fleet: Fleet, _options: FleetPageOptions): Generator<string> {
  yield '';
}
