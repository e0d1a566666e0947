/** Opens the window: asks the program what it must know, then draws. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { I18nextProvider } from 'react-i18next';
import { App } from './app';
import './look/base.css';
import { attempt, followEvents, refreshJournal } from './model/actions';
import { ask } from './model/bridge';
import { setInfo } from './model/store';
import { openWordbook } from './model/wordbook';

async function open(): Promise<void> {
  const root = document.getElementById('root');
  if (root === null) return;
  followEvents();
  const info = await ask('app:info');
  const wordbook = await openWordbook(info.language);
  setInfo(info);
  createRoot(root).render(
    <StrictMode>
      <I18nextProvider i18n={wordbook}>
        <App />
      </I18nextProvider>
    </StrictMode>,
  );
  attempt(refreshJournal);
  // What opens later is fetched while nobody waits for it.
  requestIdleCallback(() => {
    void import('./dialogs');
    void import('./details/details-panel');
  });
}

void open();
