import { createContext } from 'react';

/** The element in which tooltips are rendered. */
export const TooltipMount = createContext<HTMLElement | null>(null);
