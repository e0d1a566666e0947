/**
 * The open dialog, in one frame that stays while its content changes. All dialogs load as one chunk, after the page.
 */
import { useEffect, useState } from 'react';
import { Button, Dialog, DialogSurface } from '@fluentui/react-components';
import { Dismiss20Regular } from '@fluentui/react-icons/svg/dismiss';
import { setDialog, useDoctor, type OpenDialog } from '../state/store';
import { useTranslations } from '../i18n/translations';
import { CasesDialog } from './cases/cases-dialog';
import { FactsDialog } from './facts/facts-dialog';
import { FixDialog } from './fix-dialog/fix-dialog';
import { Lock } from '../components/dialog-shell';
import { MessageDialog } from './verdict/message-dialog';
import { SearchDialog } from './search/search-dialog';
import { SettingsDialog } from './settings/settings-dialog';
import { TreatmentDialog } from './treatment/treatment-dialog';
import { UndoDialog } from './fix-dialog/undo-dialog';
import { UndoTreatmentDialog } from './treatment/undo-treatment-dialog';
import styles from '../components/dialog-shell.module.css';

export default function Dialogs() {
  const dialog = useDoctor((state) => state.dialog);
  const [locked, setLocked] = useState(false);
  const { t } = useTranslations();
  useFocusBack();
  if (dialog === null) return null;
  return (
    <Dialog
      open
      modalType="modal"
      onOpenChange={(_, { open }) => {
        if (!open && !locked) setDialog(null);
      }}
    >
      <DialogSurface className={styles.surface}>
        <Lock.Provider value={setLocked}>
          <Content dialog={dialog} />
        </Lock.Provider>
        {/* Last in the document, so that a dialog opens with the focus in its form or on its primary button. */}
        <span className={styles.close}>
          <Button
            appearance="subtle"
            icon={<Dismiss20Regular />}
            aria-label={t('window.dialog.close')}
            disabledFocusable={locked}
            onClick={() => setDialog(null)}
          />
        </span>
      </DialogSurface>
    </Dialog>
  );
}

function Content({ dialog }: { readonly dialog: OpenDialog }) {
  switch (dialog.kind) {
    case 'fix':
      return <FixDialog key={dialog.fix} fix={dialog.fix} />;
    case 'undo':
      return <UndoDialog key={dialog.entry.entry} entry={dialog.entry} />;
    case 'treatment':
      return <TreatmentDialog asksForHost={dialog.asksForHost} />;
    case 'undo-treatment':
      return <UndoTreatmentDialog key={dialog.treatment} treatment={dialog.treatment} />;
    case 'search':
      return <SearchDialog initial={dialog.text} />;
    case 'settings':
      return <SettingsDialog />;
    case 'cases':
      return <CasesDialog />;
    case 'facts':
      return <FactsDialog />;
    case 'message':
      return <MessageDialog />;
  }
}

/**
 * Returns the focus to the opener when the dialog closes. If that was a menu item, it is gone, and the menu's button
 * gets the focus. If a fix removed its own button, the new verdict does.
 */
function useFocusBack(): void {
  const [opener] = useState(() => document.activeElement);
  useEffect(
    () => () => {
      const stays = opener?.isConnected === true && opener !== document.body;
      const next =
        opener?.role?.startsWith('menuitem') === true ? '[aria-haspopup="menu"]' : 'main h1';
      const back = stays ? opener : document.querySelector(next);
      if (back instanceof HTMLElement) back.focus();
    },
    [opener],
  );
}
