/** Actions that search can start, the same as the title bar's buttons and menus. */
import type { SearchAction } from '@shared/search-terms';
import { lookUp } from '@shared/look-up';
import { runCommand, saveFleetPage, saveReport } from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { showActivity, useDoctor } from '../../state/store';

function saveWhatIsShown(): void {
  const { info, phase } = useDoctor.getState();
  if (useFleet.getState().isShown) saveFleetPage();
  // An opened report is saved unchanged.
  else if (phase === 'finished') saveReport(info?.source.kind === 'report' ? 'json' : 'html');
}

const ACTIONS: Readonly<Record<SearchAction, () => void>> = {
  // The available repair is shown after a diagnosis.
  repair: () => runCommand('diagnose'),
  undo: showActivity,
  diagnose: () => runCommand('diagnose'),
  'open-file': () => runCommand('open-file'),
  'open-many': () => runCommand('open-folder'),
  'paste-facts': () => runCommand('paste-facts'),
  'try-case': () => runCommand('try-case'),
  'save-report': saveWhatIsShown,
  settings: () => runCommand('settings'),
};

/** Runs the action of a search hit of kind `action`; other IDs have none. */
export function runAction(id: string): void {
  lookUp<() => void>(ACTIONS, id)?.();
}
