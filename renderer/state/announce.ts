/** Announces messages to screen readers through the window's only live region. */
import { create } from 'zustand';

/** The current announcement. The number changes with each one, so that a repeated text is announced again. */
export const useAnnouncement = create<{ readonly text: string; readonly count: number }>(() => ({
  text: '',
  count: 0,
}));

/** Announces a text. */
export function announce(text: string): void {
  useAnnouncement.setState(({ count }) => ({ text, count: count + 1 }));
}
