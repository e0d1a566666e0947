/** Settings, keyboard shortcuts and information about the app. */
import type { ReactNode } from 'react';
import { Button, Link, Radio, RadioGroup, Switch } from '@fluentui/react-components';
import { Open16Regular } from '@fluentui/react-icons/svg/open';
import type { LinkId } from '@shared/ipc';
import { THEMES } from '@shared/themes';
import { LANGUAGES } from '@shared/language';
import { useTranslations } from '../../i18n/translations';
import { changeSettings, openLink, openLog, setLanguage } from '../../state/actions';
import { setDialog, useDoctor } from '../../state/store';
import { DialogShell } from '../../components/dialog-shell';
import styles from './settings-dialog.module.css';

/** Keyboard shortcuts that work everywhere in the window; their descriptions are under `window.settings.keys`. */
const KEYS = {
  diagnose: 'F5',
  search: 'Ctrl+K',
  open: 'Ctrl+O',
  zoomIn: 'Ctrl++',
  zoomOut: 'Ctrl+-',
  actualSize: 'Ctrl+0',
  help: 'F1',
} as const;

/** Microsoft's pages on KMS troubleshooting and error codes. */
const LINKS = {
  article: 'check-dns-connectivity',
  errorCodes: 'error-codes',
} as const satisfies Readonly<Record<string, LinkId>>;

export function SettingsDialog() {
  const { t, language } = useTranslations();
  const info = useDoctor((state) => state.info);
  if (info === null) return null;
  const { settings, version } = info;
  return (
    <DialogShell
      title={t('window.settings.title')}
      width="list"
      actions={
        <Button appearance="primary" onClick={() => setDialog(null)}>
          {t('window.settings.done')}
        </Button>
      }
    >
      <div className={styles.body}>
        <Choice title={t('window.settings.theme')}>
          <RadioGroup
            layout="horizontal"
            aria-label={t('window.settings.theme')}
            value={settings.theme}
          >
            {THEMES.map((theme) => (
              <Radio
                key={theme}
                value={theme}
                label={t(`window.settings.themes.${theme}`)}
                onChange={() => changeSettings({ ...settings, theme })}
              />
            ))}
          </RadioGroup>
        </Choice>
        <Choice title={t('window.language.legend')}>
          <RadioGroup layout="horizontal" aria-label={t('window.language.legend')} value={language}>
            {LANGUAGES.map((id) => (
              <Radio
                key={id}
                value={id}
                label={t(`window.language.${id}.name`)}
                onChange={() => void setLanguage(id)}
              />
            ))}
          </RadioGroup>
        </Choice>
        <Choice title={t('window.settings.start')}>
          <Switch
            className={styles.switch}
            checked={settings.diagnosesByItself}
            label={t('window.settings.diagnosesByItself')}
            onChange={(_, { checked }) =>
              changeSettings({ ...settings, diagnosesByItself: checked })
            }
          />
        </Choice>
        <Choice title={t('window.settings.shortcuts')}>
          <dl className={styles.keys}>
            {Object.entries(KEYS).map(([id, keys]) => (
              <div key={id} className={styles.key}>
                <dt>{t(`window.settings.keys.${id as keyof typeof KEYS}`)}</dt>
                <dd>
                  <kbd className={styles.kbd}>{keys}</kbd>
                </dd>
              </div>
            ))}
          </dl>
        </Choice>
        <Choice title={t('window.settings.about')}>
          <p className={styles.version}>{t('window.settings.version', { version })}</p>
          <ul className={styles.links}>
            {Object.entries(LINKS).map(([id, link]) => (
              <li key={id}>
                <Link as="button" className={styles.link} onClick={() => openLink(link)}>
                  {t(`window.settings.links.${id as keyof typeof LINKS}`)}
                  <Open16Regular aria-hidden />
                </Link>
              </li>
            ))}
            <li>
              <Link as="button" className={styles.link} onClick={openLog}>
                {t('window.menu.openLog')}
              </Link>
            </li>
          </ul>
        </Choice>
      </div>
    </DialogShell>
  );
}

function Choice({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <section className={styles.choice}>
      <h3 className={styles.heading}>{title}</h3>
      {children}
    </section>
  );
}
