/** Events of volume activation. */
import type { SppEvent } from '@engine/computer';
import type { Answer } from './answers';

/**
 * Events whose one insertion string is a list with commas, in the order of Microsoft's table of KMS events
 * (https://learn.microsoft.com/previous-versions/ff793440(v=technet.10)).
 */
const LISTED = new Set([12288, 12289, 12290, 12291, 12292]);

/** An event with one entry of `data` for each of its fields. */
export function toSppEvent({ id, time, data }: Answer<'events'>): SppEvent {
  const [only] = data;
  const listed = LISTED.has(id) && data.length === 1 && only !== undefined;
  return {
    id,
    time: new Date(time).toISOString(),
    data: listed ? only.split(',').map((field) => field.trim()) : data,
  };
}
