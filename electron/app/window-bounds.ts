/** Restores the window's position if it's still visible. */
import { screen, type BrowserWindow, type Rectangle } from 'electron';
import { log } from './log';
import type { SettingsFile, WindowPlace } from './settings';

/** Minimum window size, in device-independent pixels. */
export const MIN_WINDOW_SIZE = { width: 480, height: 320 } as const;

/** The part of the title bar that must be visible for dragging. */
const HOLD = { width: 120, height: 32 } as const;

/**
 * Adjusts a saved position to the current screens; null if its screen is gone.
 *
 * @param areas work areas of the current screens
 */
export function fitBoundsToDisplays(
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
    width: Math.max(MIN_WINDOW_SIZE.width, Math.min(place.width, area.width)),
    height: Math.max(MIN_WINDOW_SIZE.height, Math.min(place.height, area.height)),
  };
}

/** Returns the position for opening the window; null to center it. */
export const savedWindowBounds = (settings: SettingsFile): WindowPlace | null =>
  fitBoundsToDisplays(
    settings.current().window,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  );

/** Saves the window's position whenever it's moved or resized. */
export function trackWindowBounds(window: BrowserWindow, settings: SettingsFile): void {
  const remember = (): void => {
    const { x, y, width, height } = window.getNormalBounds();
    settings
      .change({ window: { x, y, width, height, maximized: window.isMaximized() } })
      .catch((error: unknown) => log.error('Failed to save the window position', error));
  };
  // When the window closes, it's too late to write.
  window.on('moved', remember).on('resized', remember);
  window.on('maximize', remember).on('unmaximize', remember);
}
