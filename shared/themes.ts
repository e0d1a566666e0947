/** The window's color themes; `system` follows Windows. */
export const THEMES = ['system', 'light', 'dark'] as const;
