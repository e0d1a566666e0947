/** Rows of a list, requested as they come into view. */
import { useEffect, useRef, useState } from 'react';
import type { FleetRow } from '@shared/fleet-view';
import { ask } from '../../state/bridge';
import { useFleet } from '../../state/fleet';

/** Number of rows per request. */
const PAGE = 100;

/** Returns a lookup of the filtered rows received so far by index, and requests those from `first` to `last`. */
export function useRows(
  list: string,
  first: number,
  last: number,
): (place: number) => FleetRow | undefined {
  const pages = useRef(new Map<number, readonly FleetRow[]>());
  const filter = useFleet((state) => state.filter);
  const [, setCount] = useState(0);
  const from = Math.floor(first / PAGE);
  const to = Math.floor(last / PAGE);
  useEffect(() => {
    let wanted = true;
    for (let page = from; page <= to; page += 1) {
      if (pages.current.has(page)) continue;
      ask('fleet:rows', { list, filter, from: page * PAGE, count: PAGE }).then(
        (rows) => {
          pages.current.set(page, rows);
          if (wanted) setCount((count) => count + 1);
        },
        () => undefined,
      );
    }
    return () => {
      wanted = false;
    };
  }, [list, filter, from, to]);
  return (place) => pages.current.get(Math.floor(place / PAGE))?.[place % PAGE];
}
