/** Measures the room in the title bar. */
import { useLayoutEffect, useState } from 'react';

/** Maximum width of the bar, in rem, at which a simulated PC is marked below it. */
export const MARK_BELOW_BAR_REM = 42.5;

/** Whether the bar's content box is at most this many rem wide. Larger text and caption buttons leave less room. */
export function useIsTitleBarNarrow(rem: number): boolean {
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
