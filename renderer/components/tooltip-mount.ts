import { createContext } from 'react';

/** Where tooltips are drawn. */
export const TooltipMount = createContext<HTMLElement | null>(null);
