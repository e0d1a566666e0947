/** Actions that search can start, the same as the title bar's buttons and menus. */
import type { SearchAction } from '@shared/search-terms';
import { diagnose, openFile, openFleetFrom, saveFleetPage, saveReport } from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { setDialog, showActivity, useDoctor } from '../../state/store';

/** Starts a diagnosis unless the window shows a report, which already is one, or many PCs. */
function diagnoseWhatIsShown(): void {
  const { info, phase } = useDoctor.getState();
  const isDiagnosis = info?.source.kind === 'report' || useFleet.getState().isShown;
  if (!isDiagnosis && phase !== 'running') diagnose();
}

function saveWhatIsShown(): void {
  const { info, phase } = useDoctor.getState();
  if (useFleet.getState().isShown) saveFleetPage();
  // An opened report is saved unchanged.
  else if (phase === 'finished') saveReport(info?.source.kind === 'report' ? 'json' : 'html');
}

const ACTIONS: Readonly<Record<SearchAction, () => void>> = {
  // The available repair is shown after a diagnosis.
  repair: diagnoseWhatIsShown,
  undo: showActivity,
  diagnose: diagnoseWhatIsShown,
  'open-file': openFile,
  'open-many': () => openFleetFrom('folder'),
  'paste-facts': () => setDialog({ kind: 'facts' }),
  'try-case': () => setDialog({ kind: 'cases' }),
  'save-report': saveWhatIsShown,
  settings: () => setDialog({ kind: 'settings' }),
};

/** Runs the action of a search hit of kind `action`; other IDs have none. */
export function runAction(id: string): void {
  new Map<string, () => void>(Object.entries(ACTIONS)).get(id)?.();
}
