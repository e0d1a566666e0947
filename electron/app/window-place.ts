/** Opens the window where it was left, as long as that place can still be seen. */
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import type { SettingsFile, WindowPlace } from './settings';

/** Smallest size of the window, in device-independent pixels. */
export const SMALLEST = { width: 480, height: 320 } as const;

/** So much of the title bar has to be on a screen, for a hand to pull it by. */
const HOLD = { width: 120, height: 32 } as const;

/**
 * The place where a window can be opened again; null where its screen is gone.
 *
 * @param areas work areas of the screens there are
 */
export function placeOnScreens(
  place: WindowPlace | null,
  areas: readonly Rectangle[],
): WindowPlace | null {
  if (place === null) return null;
  const { x, y } = place;
  const area = areas.find(
    (one) =>
      x + place.width >= one.x + HOLD.width &&
      x <= one.x + one.width - HOLD.width &&
      y >= one.y &&
      y <= one.y + one.height - HOLD.height,
  );
  if (area === undefined) return null;
  return {
    ...place,
    width: Math.max(SMALLEST.width, Math.min(place.width, area.width)),
    height: Math.max(SMALLEST.height, Math.min(place.height, area.height)),
  };
}

/** Where to open the window; null for the middle of the screen. */
export const rememberedPlace = (settings: SettingsFile): WindowPlace | null =>
  placeOnScreens(
    settings.current().window,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );

/** Remembers where the window is, each time that it was moved or got another size. */
export function rememberPlace(
  window: BrowserWindow,
  settings: SettingsFile,
  failed: (error: unknown) => void,
): void {
  const remember = (): void => {
    const { x, y, width, height } = window.getNormalBounds();
    settings
      .change({ window: { x, y, width, height, maximized: window.isMaximized() } })
      .catch(failed);
  };
  // At the close of the window there is no time left to write.
  window.on('moved', remember).on('resized', remember);
  window.on('maximize', remember).on('unmaximize', remember);
}
