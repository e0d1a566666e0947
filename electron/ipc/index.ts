/** The one place that knows Electron's raw IPC on the privileged side. */
import { ipcMain } from 'electron';
import { type RouterSurroundings, route } from './router';

/** Opens the border to the window: every request of the contract, and nothing else. */
export function openBorder(around: RouterSurroundings): void {
  route(ipcMain, around);
}

export { batches } from './batches';
export { readDocument } from './documents';
export { type EngineService, type Subject, createEngineService } from './engine-service';
export type { FixDesk } from './fix-desk';
export { type Desk, createHandlers } from './handlers';
export { type ReportParts, renderReport, ticketText } from './reports';
export { createLocalFixDesk } from './local-fix-desk';
export { createRepairDesk } from './repair-desk';
export { type FixDeskFor, simulatedPc, thisPc } from './subjects';
