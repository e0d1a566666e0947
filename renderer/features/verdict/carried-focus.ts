/** Carries the keyboard focus from a removed element to its replacement in the same commit. */
import { createContext, useContext, useLayoutEffect, useRef, type RefObject } from 'react';

type Focus = RefObject<'stop' | 'other' | null>;

/**
 * The focused element that was just removed: Stop, which is replaced by another Stop, or any other element. Without a
 * provider, no replacement takes the focus.
 */
export const CarriedFocus = createContext<Focus>({ current: null });

/** Returns a ref for an element, and the record of what had the focus; removing the element while focused sets it. */
export function useCarriedFocus<T extends HTMLElement>(
  as: 'stop' | 'other',
): [RefObject<T | null>, Focus] {
  const element = useRef<T>(null);
  const focus = useContext(CarriedFocus);
  useLayoutEffect(() => {
    const { current } = element;
    return () => {
      if (current === null || document.activeElement !== current) return;
      focus.current = as;
      // A replacement takes the focus in the same commit, so the record expires right after it.
      queueMicrotask(() => {
        focus.current = null;
      });
    };
  }, [focus, as]);
  return [element, focus];
}
