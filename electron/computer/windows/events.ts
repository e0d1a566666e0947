/** Events of volume activation. */
import type { SppEvent } from '@engine/computer';
import type { Answer } from './answers';

/**
 * Events whose one insertion string is a list with commas, in the order of Microsoft's table of KMS events
 * (https://learn.microsoft.com/previous-versions/ff793440(v=technet.10)).
 */
const LISTED = new Set([12288, 12289, 12290, 12291, 12292]);

const GUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i;

/** What the fields of 8233 behind the code are, in their order (its text in Windows' message table). */
const NAMES_OF_8233 = ['AppId', 'SkuId', 'Trigger'];

/** An event with one entry of `data` for each of its fields. */
export function toSppEvent({ id, time, data }: Answer<'events'>): SppEvent {
  const [only] = data;
  const listed = LISTED.has(id) && data.length === 1 && only !== undefined;
  const fields = listed ? only.split(',').map((field) => field.trim()) : data;
  return {
    id,
    time: new Date(time).toISOString(),
    // Named as 8198 names them itself.
    data:
      id === 8233 && GUID.test(data[1] ?? '')
        ? fields.map((field, index) => {
            const name = NAMES_OF_8233[index - 1];
            return name === undefined ? field : `${name}=${field}`;
          })
        : fields,
  };
}
