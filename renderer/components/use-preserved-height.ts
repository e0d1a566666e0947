import { type RefObject, useLayoutEffect, useRef } from 'react';

/**
 * Keeps an element's height after loading content, so that nothing below moves if that content never arrives.
 *
 * @param of the diagnosis that the content belongs to, including its source: a saved one may have the same start time
 */
export function usePreservedHeight<T extends HTMLElement>(
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
