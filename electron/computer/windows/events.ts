/** Volume activation events. */
import type { SppEvent } from '@engine/computer';
import { isGuid } from '@engine/registry-keys';
import type { Answer } from './answers';

/**
 * Events whose only insertion string is a comma-separated list, in the order of Microsoft's table of KMS events
 * (https://learn.microsoft.com/previous-versions/ff793440(v=technet.10)).
 */
const LISTED = new Set([12288, 12289, 12290, 12291, 12292]);

/** Names of the fields after the code in event 8233, in order (from its text in Windows' message table). */
const NAMES_OF_8233 = ['AppId', 'SkuId', 'Trigger'];

/** Converts an event, with one entry in `data` for each field. */
export function toSppEvent({ id, time, data }: Answer<'events'>[number]): SppEvent {
  const [only] = data;
  const listed = LISTED.has(id) && data.length === 1 && only !== undefined;
  const fields = listed ? only.split(',').map((field) => field.trim()) : data;
  return {
    id,
    time: new Date(time).toISOString(),
    // Same format as in event 8198, which includes the names.
    data:
      id === 8233 && isGuid(data[1] ?? '')
        ? fields.map((field, index) => {
            const name = NAMES_OF_8233[index - 1];
            return name === undefined ? field : `${name}=${field}`;
          })
        : fields,
  };
}
