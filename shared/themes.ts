/** Whose light or dark the window takes. */
export const THEMES = ['system', 'light', 'dark'] as const;
