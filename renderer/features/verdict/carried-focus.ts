/** The keyboard's focus, when what has it goes and something else takes its place in the same step. */
import { useLayoutEffect, type RefObject } from 'react';

/** What had the focus and has just gone: Stop, which another Stop takes the place of, or anything else. */
export type CarriedFocus = RefObject<'stop' | 'other' | null>;

/** Notes that the focus goes with an element. */
export function useFocusGoesWith(
  element: RefObject<HTMLElement | null>,
  focus: CarriedFocus | undefined,
  as: 'stop' | 'other',
): void {
  useLayoutEffect(() => {
    const { current } = element;
    return () => {
      if (focus === undefined || current === null || document.activeElement !== current) return;
      focus.current = as;
      // What takes its place does so in the same step.
      queueMicrotask(() => {
        focus.current = null;
      });
    };
  }, [element, focus, as]);
}
