/** Fluent's themes with the fonts of a language, in the system's light or dark mode. */
import { useMemo, useSyncExternalStore } from 'react';
import { webDarkTheme, webLightTheme, type Theme } from '@fluentui/react-components';
import type { Language } from '@shared/i18n';

const LATIN = "'Segoe UI Variable Text', 'Segoe UI Variable', 'Segoe UI', 'Noto Sans'";
const FAMILY: Readonly<Record<Language, string>> = {
  en: `${LATIN}, 'Liberation Sans', 'Microsoft JhengHei UI', 'Noto Sans CJK TC', sans-serif`,
  'zh-TW': `${LATIN}, 'Microsoft JhengHei UI', 'Noto Sans CJK TC', 'Liberation Sans', sans-serif`,
};
const MONOSPACE =
  "'Cascadia Mono', Consolas, 'Liberation Mono', 'Microsoft JhengHei UI', 'Noto Sans Mono CJK TC', monospace";

const DARK = window.matchMedia('(prefers-color-scheme: dark)');

/** Adds a listener for changes between light and dark mode; the returned function removes it. */
function onSchemeChanged(changed: () => void): () => void {
  DARK.addEventListener('change', changed);
  return () => DARK.removeEventListener('change', changed);
}

/** Converts Fluent's font sizes to rem so that they follow the root's, which follows Windows' text size. */
function typeInRem(theme: Theme): Partial<Theme> {
  return Object.fromEntries(
    Object.entries(theme).flatMap(([token, value]) => {
      const px = /^(?:fontSize|lineHeight)/.test(token)
        ? /^(\d+)px$/.exec(String(value))?.[1]
        : undefined;
      return px === undefined ? [] : [[token, `${Number(px) / 16}rem`]];
    }),
  );
}

/** Returns the current theme. Microsoft JhengHei has no semibold, so zh-TW uses bold instead. */
export function useTheme(language: Language): { theme: Theme; scheme: 'light' | 'dark' } {
  const dark = useSyncExternalStore(onSchemeChanged, () => DARK.matches);
  return useMemo(() => {
    const base = dark ? webDarkTheme : webLightTheme;
    return {
      scheme: dark ? 'dark' : 'light',
      theme: {
        ...base,
        ...typeInRem(base),
        fontFamilyBase: FAMILY[language],
        fontFamilyMonospace: MONOSPACE,
        // As faint as in Windows; Fluent's color is hardly legible.
        colorNeutralForegroundDisabled: dark ? '#ffffff5d' : '#0000005c',
        // Fluent's dark color falls below a 4.5:1 contrast ratio while pressed.
        ...(dark && { colorBrandForegroundLinkPressed: base.colorBrandForegroundLink }),
        ...(language === 'zh-TW' && { fontWeightSemibold: 700 }),
      },
    };
  }, [dark, language]);
}
