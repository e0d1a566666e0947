/** What the search starts itself, as the title bar's buttons and menus do it. */
import type { SearchAction } from '@shared/search-terms';
import { diagnose, openFile, openManyFrom, saveFleetPage, saveReport } from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { setDialog, showActivity, useDoctor } from '../../state/store';

/** Only what is there can be diagnosed: a report is a diagnosis already, and of many PCs none is shown. */
function diagnoseWhatIsShown(): void {
  const { info, phase } = useDoctor.getState();
  const isDiagnosis = info?.source.kind === 'report' || useFleet.getState().isShown;
  if (!isDiagnosis && phase !== 'running') diagnose();
}

function saveWhatIsShown(): void {
  const { info, phase } = useDoctor.getState();
  if (useFleet.getState().isShown) saveFleetPage();
  // A report that was opened is kept as it is.
  else if (phase === 'finished') saveReport(info?.source.kind === 'report' ? 'json' : 'html');
}

const ACTIONS: Readonly<Record<SearchAction, () => void>> = {
  // What there is to repair shows after a diagnosis.
  repair: diagnoseWhatIsShown,
  undo: showActivity,
  diagnose: diagnoseWhatIsShown,
  'open-file': openFile,
  'open-many': () => openManyFrom('folder'),
  'paste-facts': () => setDialog({ kind: 'facts' }),
  'try-case': () => setDialog({ kind: 'cases' }),
  'save-report': saveWhatIsShown,
  settings: () => setDialog({ kind: 'settings' }),
};

/** Does what a hit of the kind `action` says; others have no action of their own. */
export function runAction(id: string): void {
  new Map<string, () => void>(Object.entries(ACTIONS)).get(id)?.();
}
