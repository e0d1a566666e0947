/** Marks the most important button of the page or of a dialog: the only bold one, and the first to get the focus. */
export const PRIMARY = { appearance: 'primary', 'data-primary': '' } as const;
