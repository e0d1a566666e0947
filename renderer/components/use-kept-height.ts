import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Keeps the height that an element had while something in it was awaited: nothing below moves when that fails to come.
 *
 * @param of the diagnosis that it was awaited for, and where that is from: a saved one began at the same moment
 */
export function useKeptHeight<T extends HTMLElement>(
  isAwaited: boolean,
  of: string,
): RefObject<T | null> {
  const box = useRef<T>(null);
  const kept = useRef<{ readonly of: string; readonly pixels: number }>(null);
  useLayoutEffect(() => {
    if (isAwaited && box.current !== null) kept.current = { of, pixels: box.current.offsetHeight };
  });
  useLayoutEffect(() => {
    const element = box.current;
    const height = kept.current;
    if (element === null || isAwaited || height?.of !== of) return undefined;
    element.style.minHeight = `${height.pixels}px`;
    const letGo = (): void => {
      element.style.minHeight = '';
    };
    window.addEventListener('resize', letGo);
    return () => {
      window.removeEventListener('resize', letGo);
      letGo();
    };
  }, [isAwaited, of]);
  return box;
}
