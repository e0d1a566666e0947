/** The page: title bar, verdict, route, nine cards, activity. */
import { useEffect, useEffectEvent, useRef, useState, useSyncExternalStore } from 'react';
import { FluentProvider } from '@fluentui/react-components';
import { useTheme } from './theme/theme';
import { openDropped, openPasted, runCommand } from './state/actions';
import { useFleet, type DroppedFile } from './state/fleet';
import { isRemotePc, useDoctor } from './state/store';
import { language as currentLanguage, onLanguageChanged } from './i18n/i18n';
import { PageLanguage, useTranslations } from './i18n/translations';
import { Cards } from './features/procedures/cards';
import { ErrorBoundary } from './components/error-boundary';
import { onceLoaded } from './components/once-loaded';
import type * as secondaryChunk from './secondary-chunk';
import styles from './app.module.css';

const Dialogs = onceLoaded(() => import('./features/dialogs'));
const FleetPage = onceLoaded(() => import('./features/fleet/fleet-page'));
const NoticeBar = onceLoaded(() => import('./components/notice-bar'));
const VerdictStrip = onceLoaded(() => import('./features/verdict/verdict-strip'));

export function App() {
  const language = useSyncExternalStore(onLanguageChanged, currentLanguage);
  const { theme, scheme } = useTheme(language);
  return (
    <PageLanguage value={language}>
      <FluentProvider theme={theme} className={`kd-${scheme}`}>
        <div className="kd-frame">
          <ErrorBoundary>
            <Page />
          </ErrorBoundary>
        </div>
      </FluentProvider>
    </PageLanguage>
  );
}

function Page() {
  const { t } = useTranslations();
  const isThere = useDoctor(isRemotePc);
  const isFleet = useFleet(({ isShown, reading }) => isShown || reading !== null);
  const dialog = useDoctor((state) => state.dialog !== null);
  const notice = useDoctor((state) => state.notice !== null);
  const around = useSurroundings();
  const [scrolled, banner] = useScrolledAway(around !== ROOM && !isFleet);
  const dropping = useDrop();
  useSearchKey();
  usePaste();
  return (
    <div className={styles.page}>
      <around.TitleBar />
      {isFleet ? null : <around.SourceBar />}
      {notice ? <NoticeBar /> : null}
      <div className={styles.below}>
        {scrolled && !isFleet ? (
          <div className={styles.strip}>
            <VerdictStrip />
          </div>
        ) : null}
        <main className={styles.scroll}>
          <div className={styles.sections}>
            {isFleet ? (
              <FleetPage />
            ) : (
              <>
                <around.VerdictBanner ref={banner} />
                <around.RoutePicture />
                <Cards />
                <around.OtherProducts />
                {isThere ? null : <around.Activity />}
              </>
            )}
          </div>
        </main>
      </div>
      <around.Announcer />
      {dropping ? <div className={styles.drop}>{t('window.drop')}</div> : null}
      {dialog ? <Dialogs /> : null}
    </div>
  );
}

type SecondaryChunk = typeof secondaryChunk;

/** What is drawn until the content around the cards has loaded: the space that it takes, so that no card moves. */
const ROOM: SecondaryChunk = {
  TitleBar: () => <div className={styles.titleRoom} />,
  SourceBar: () => (useDoctor(isRemotePc) ? <div className={styles.sourceRoom} /> : null),
  VerdictBanner: () => <div className={styles.bannerRoom} />,
  RoutePicture: () => <div className={styles.routeRoom} />,
  OtherProducts: () => null,
  Activity: () => <></>,
  Announcer: () => <></>,
};

/**
 * Loads the content around the cards after they are on the screen, since it takes longer to load and render than they
 * do. It appears in a later frame, in the space reserved for it.
 */
function useSurroundings(): SecondaryChunk {
  const [parts, setParts] = useState(ROOM);
  useEffect(() => {
    const load = (): void => {
      import('./secondary-chunk').then(setParts, (error: unknown) => {
        // Rethrown during rendering so that the error boundary shows it.
        setParts(() => {
          throw error;
        });
      });
    };
    // A hidden window renders no frames.
    if (document.hidden) {
      load();
      return undefined;
    }
    // In the frame's own callback, the frame isn't painted yet.
    const frame = requestAnimationFrame(() => setTimeout(load));
    return () => cancelAnimationFrame(frame);
  }, []);
  return parts;
}

/** Whether the banner has scrolled out of view since it was rendered. */
function useScrolledAway(isThere: boolean): [boolean, React.RefObject<HTMLElement | null>] {
  const banner = useRef<HTMLElement>(null);
  const [away, setAway] = useState(false);
  useEffect(() => {
    const element = banner.current;
    if (element === null) return undefined;
    const observer = new IntersectionObserver(([entry]) => {
      setAway(entry !== undefined && !entry.isIntersecting);
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [isThere]);
  return [away, banner];
}

/** Handles an event anywhere in the window. */
function useWindowEvent<N extends keyof WindowEventMap>(
  name: N,
  handle: (event: WindowEventMap[N]) => void,
): void {
  const onEvent = useEffectEvent(handle);
  useEffect(() => {
    window.addEventListener(name, onEvent);
    return () => window.removeEventListener(name, onEvent);
  }, [name]);
}

/** Handles files dropped anywhere on the window; true while one is dragged over it. */
function useDrop(): boolean {
  const [over, setOver] = useState(false);
  useWindowEvent('dragover', (event) => {
    if (event.dataTransfer?.types.includes('Files') !== true) return;
    event.preventDefault();
    setOver(true);
  });
  useWindowEvent('dragleave', (event) => {
    if (event.relatedTarget === null) setOver(false);
  });
  useWindowEvent('drop', (event) => {
    setOver(false);
    const hasFiles = event.dataTransfer?.types.includes('Files') === true;
    // Text goes into a field. Elsewhere, Chromium would open a dropped link.
    if (hasFiles || !isInField(event)) event.preventDefault();
    if (hasFiles) void droppedFiles(event.dataTransfer).then(openDropped);
  });
  return over;
}

const isInField = ({ target }: Event): boolean =>
  target instanceof Element && target.closest('input, textarea') !== null;

/** Returns the dropped files, including those in dropped folders. */
async function droppedFiles({ items }: DataTransfer): Promise<DroppedFile[]> {
  const files: DroppedFile[] = [];
  const add = async (entry: FileSystemEntry, name: string): Promise<void> => {
    if (files.length > MAX_DROPPED) return;
    if (isFile(entry)) {
      files.push({ name, file: await new Promise((done, failed) => entry.file(done, failed)) });
    } else if (isFolder(entry)) {
      const reader = entry.createReader();
      for (;;) {
        const some = await new Promise<FileSystemEntry[]>((done, failed) =>
          reader.readEntries(done, failed),
        );
        if (some.length === 0) break;
        for (const inner of some) await add(inner, `${name}/${inner.name}`);
      }
    }
  };
  // The items are available only during the drop event.
  const dropped = [...items].map((item) => item.webkitGetAsEntry() ?? item.getAsFile());
  for (const one of dropped) {
    if (one instanceof File) files.push({ name: one.name, file: one });
    else if (one !== null) await add(one, one.name);
  }
  return files;
}

/** Stops collecting files beyond this number; the main process accepts fewer. */
const MAX_DROPPED = 20_000;

const isFile = (entry: FileSystemEntry): entry is FileSystemFileEntry => entry.isFile;
const isFolder = (entry: FileSystemEntry): entry is FileSystemDirectoryEntry => entry.isDirectory;

/** Opens the PC of a facts line pasted anywhere except into a field. */
function usePaste(): void {
  useWindowEvent('paste', (event) => {
    if (isInField(event) || useDoctor.getState().dialog !== null) return;
    if (openPasted(event.clipboardData?.getData('text/plain') ?? '')) event.preventDefault();
  });
}

/** Opens search from anywhere with Ctrl+K. */
function useSearchKey(): void {
  useWindowEvent('keydown', (event) => {
    if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k') {
      event.preventDefault();
      if (useDoctor.getState().dialog === null) runCommand('search');
    }
  });
}
