import { create } from 'zustand';

/** The element in which tooltips are rendered: above the page, and inside one of its landmarks. */
export const useTooltipMount = create<{ readonly place: HTMLElement | null }>(() => ({
  place: null,
}));

/** Sets the element; null removes it. */
export const setTooltipMount = (place: HTMLElement | null) => useTooltipMount.setState({ place });
