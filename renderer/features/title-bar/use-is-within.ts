/** How much room there is in the title bar. */
import { useLayoutEffect, useState } from 'react';

/** Width of the bar, in rem, up to which a simulated PC is marked below it. */
export const MARK = 42.5;

/** Whether the bar is no wider than so many rem: it has less room in larger type, and beside caption buttons. */
export function useIsWithin(rem: number): boolean {
  const [isWithin, setWithin] = useState(false);
  useLayoutEffect(() => {
    const bar = document.querySelector('header');
    if (bar === null) return undefined;
    const measure = (): void => {
      const { paddingInlineStart, paddingInlineEnd } = getComputedStyle(bar);
      const padding = Number.parseFloat(paddingInlineStart) + Number.parseFloat(paddingInlineEnd);
      const type = Number.parseFloat(getComputedStyle(document.documentElement).fontSize);
      setWithin((bar.clientWidth - padding) / type <= rem);
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(bar);
    return () => observer.disconnect();
  }, [rem]);
  return isWithin;
}
