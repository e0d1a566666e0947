/** The one place that knows Electron's raw IPC on the privileged side. */
import { ipcMain } from 'electron';
import { type RouterContext, route } from './router';

/** Opens the border to the window: every request of the contract, and nothing else. */
export function registerIpcHandlers(around: RouterContext): void {
  route(ipcMain, around);
}

export { batches } from './batches';
export { wordsLackedFor } from './page-words';
export { readDocument } from '../services/open-file';
export {
  type DiagnosisSession,
  type Source,
  createDiagnosisSession,
} from '../services/diagnosis-session';
export type { HandlerContext } from './handler-context';
export { createHandlers } from './handlers';
export { type ReportParts, renderReport, ticketText } from '../services/report-service';
export { createLocalFixService } from '../services/local-fix-service';
export { createElevatedFixService } from '../services/elevated-fix-service';
export {
  type FixServiceFor,
  factsSource,
  simulatedSource,
  thisPcSource,
} from '../services/sources';
