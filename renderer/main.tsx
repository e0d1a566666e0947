/** Opens the window: requests the app info, then renders. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from './app';
import './theme/base.css';
import {
  attempt,
  autoDiagnose,
  followEvents,
  openFleetFrom,
  refreshJournal,
} from './state/actions';
import { ask } from './state/bridge';
import { setInfo } from './state/store';
import { initI18n } from './i18n/i18n';

async function open(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) return;
  followEvents();
  const info = await ask('app:info');
  await initI18n(info.language);
  setInfo(info);
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
  if (info.startsOnFleet) openFleetFrom('opened');
  else autoDiagnose(info);
  attempt(refreshJournal);
  // Prefetches code that is needed later while the window is idle.
  requestIdleCallback(() => {
    void import('./components/broken-page');
    void import('./features/dialogs');
    void import('./features/procedures/details-panel');
  });
}

void open();
