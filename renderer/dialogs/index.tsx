/** The dialog that is open. They come as one chunk, after the page. */
import { useDoctor } from '../model/store';
import { CasesDialog } from './cases-dialog';
import { FixDialog } from './fix-dialog';
import { SearchDialog } from './search-dialog';
import { UndoDialog } from './undo-dialog';

export default function Dialogs() {
  const dialog = useDoctor((state) => state.dialog);
  switch (dialog?.kind) {
    case undefined:
      return null;
    case 'fix':
      return <FixDialog key={dialog.fix} fix={dialog.fix} />;
    case 'undo':
      return <UndoDialog key={dialog.entry.entry} entry={dialog.entry} />;
    case 'search':
      return <SearchDialog initial={dialog.text} />;
    case 'cases':
      return <CasesDialog />;
  }
}
