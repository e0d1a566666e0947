/** Carries the keyboard focus from a removed element to its replacement in the same commit. */
import { useLayoutEffect, type RefObject } from 'react';

/** The focused element that was just removed: Stop, which is replaced by another Stop, or any other element. */
export type CarriedFocus = RefObject<'stop' | 'other' | null>;

/** Records that an element had the focus when it was removed. */
export function useCarryFocusFrom(
  element: RefObject<HTMLElement | null>,
  focus: CarriedFocus | undefined,
  as: 'stop' | 'other',
): void {
  useLayoutEffect(() => {
    const { current } = element;
    return () => {
      if (focus === undefined || current === null || document.activeElement !== current) return;
      focus.current = as;
      // A replacement takes the focus in the same commit, so the record expires right after it.
      queueMicrotask(() => {
        focus.current = null;
      });
    };
  }, [element, focus, as]);
}
