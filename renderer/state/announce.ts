/** Says something to a screen reader through the window's one live region. */
import { create } from 'zustand';

/** The sentence of the moment; a number beside it makes the same sentence new when it is said again. */
export const useAnnouncement = create<{ readonly text: string; readonly count: number }>(() => ({
  text: '',
  count: 0,
}));

/** Speaks a sentence. */
export function announce(text: string): void {
  useAnnouncement.setState(({ count }) => ({ text, count: count + 1 }));
}
