/** The title bar: the PC, the user's permissions, and actions that concern the whole window. */
import { lazy, Suspense, useState } from 'react';
import { Button } from '@fluentui/react-components';
import { Beaker16Regular } from '@fluentui/react-icons/svg/beaker';
import { Desktop20Regular } from '@fluentui/react-icons/svg/desktop';
import { Play16Regular } from '@fluentui/react-icons/svg/play';
import { Shield16Regular } from '@fluentui/react-icons/svg/shield';
import { LANGUAGES, type Language } from '@shared/language';
import { escapeText } from '@shared/printable';
import { classes } from '../../components/classes';
import { Logo } from '../../components/logo';
import { setTooltipMount } from '../../components/tooltip-mount';
import { diagnose, runCommand, setLanguage } from '../../state/actions';
import { useFleet } from '../../state/fleet';
import { isElevated, useDoctor } from '../../state/store';
import { useTranslations } from '../../i18n/translations';
import { BAR_COMMANDS, menuButton, menusIn, type MenuName } from './menu-buttons';
import { MARK_BELOW_BAR_REM, useIsTitleBarNarrow } from './use-is-title-bar-narrow';
import styles from './title-bar.module.css';

// The menus' code loads a few milliseconds after the first paint; until then, there are only their buttons.
const TitleMenus = lazy(() => import('./title-menus'));

/** Maximum width of the bar, in rem, at which language, menus, search and settings are combined under "…". */
const ONE_MENU = 55;

export function TitleBar() {
  const { t } = useTranslations();
  const narrow = useIsTitleBarNarrow(ONE_MENU);
  const isFleet = useFleet(({ isShown }) => isShown);
  const [pressed, setPressed] = useState<MenuName | null>(null);
  return (
    <header className={styles.bar}>
      <div className={styles.name}>
        <Logo size={20} />
        <span className={styles.product}>{t('app.name')}</span>
      </div>
      {isFleet ? <FleetIdentity /> : <Identity />}
      <div className={styles.actions}>
        {narrow ? null : <LanguageSwitch />}
        <Suspense
          fallback={menusIn(narrow).map((menu) => menuButton(menu, t, () => setPressed(menu)))}
        >
          <TitleMenus narrow={narrow} pressed={pressed} />
        </Suspense>
        {narrow
          ? null
          : BAR_COMMANDS.map(({ label, Icon, command }) => (
              <Button
                key={label}
                appearance="subtle"
                icon={<Icon />}
                aria-label={t(label)}
                title={t(label)}
                onClick={() => runCommand(command)}
              />
            ))}
        {isFleet ? null : <DiagnoseButton />}
      </div>
      <div ref={setTooltipMount} className={styles.tooltipMount} />
    </header>
  );
}

function Identity() {
  const { t } = useTranslations();
  const info = useDoctor((state) => state.info);
  const target = useDoctor((state) => state.target);
  const isMarkedBelow = useIsTitleBarNarrow(MARK_BELOW_BAR_REM);
  const source = info?.source.kind;
  const elevated = useDoctor(isElevated);
  const computer = target?.computer ?? null;
  return (
    <div className={styles.identity}>
      <Desktop20Regular aria-hidden className={styles.pcIcon} />
      <span className={styles.pc} title={computer ?? undefined}>
        {computer ?? t(source === 'network' ? 'window.title.thisNetwork' : 'window.title.thisPc')}
      </span>
      <Fact text={target?.os} className={styles.os} />
      <Fact text={target?.domain} className={styles.domain} />
      {info === null ? null : (
        <span className={classes(styles.fact, styles.rights)}>
          <Shield16Regular aria-hidden />
          {t(elevated ? 'window.title.administrator' : 'window.title.standard')}
        </span>
      )}
      {source === 'scenario' && !isMarkedBelow ? (
        <span className={styles.mark}>
          <Beaker16Regular aria-hidden />
          {t('window.title.simulated')}
        </span>
      ) : null}
    </div>
  );
}

/** A fact next to the name of what is shown; nothing if it is unknown. */
function Fact(props: { readonly text: string | null | undefined; readonly className?: string }) {
  const { text, className } = props;
  if (!text) return null;
  return (
    <span className={classes(styles.fact, className)} title={text}>
      {text}
    </span>
  );
}

/** Identifies a fleet by the folder or file that it was read from. */
function FleetIdentity() {
  const { t } = useTranslations();
  const name = useFleet(({ view }) => view?.name ?? null);
  const computers = useFleet(({ view }) => view?.computers ?? 0);
  return (
    <div className={styles.identity}>
      <Desktop20Regular aria-hidden className={styles.pcIcon} />
      <span className={styles.pc}>{t('window.fleet.computers', { count: computers })}</span>
      <Fact text={name === null ? null : escapeText(name)} />
    </div>
  );
}

function LanguageSwitch() {
  const { t, language } = useTranslations();
  const [wanted, setWanted] = useState<Language | null>(null);
  const choose = (id: Language) => {
    setWanted(id);
    void setLanguage(id).finally(() => setWanted(null));
  };
  return (
    <fieldset className={styles.languages}>
      <legend className="kd-unseen">{t('window.language.legend')}</legend>
      {LANGUAGES.map((id) => (
        <label key={id} className={styles.language} lang={id}>
          <input
            type="radio"
            name="language"
            value={id}
            checked={(wanted ?? language) === id}
            onChange={() => choose(id)}
            aria-label={t(`window.language.${id}.name`)}
          />
          <span aria-hidden>{t(`window.language.${id}.short`)}</span>
        </label>
      ))}
    </fieldset>
  );
}

function DiagnoseButton() {
  const { t } = useTranslations();
  const running = useDoctor((state) => state.phase === 'running');
  const report = useDoctor((state) => state.info?.source.kind === 'report');
  return (
    <Button
      icon={<Play16Regular />}
      disabled={report}
      // Stays focusable, so that the pressed button keeps the focus.
      disabledFocusable={running}
      onClick={diagnose}
    >
      {t(running ? 'window.title.diagnosing' : 'window.title.diagnose')}
    </Button>
  );
}
