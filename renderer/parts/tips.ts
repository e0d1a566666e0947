import { createContext } from 'react';

/** Where tooltips are drawn. */
export const Tips = createContext<HTMLElement | null>(null);
