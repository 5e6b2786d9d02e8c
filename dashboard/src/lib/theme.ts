import { createStore, type StoreApi } from 'zustand/vanilla';

export const THEMES = ['system', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'gathering.theme'; // public/theme.js reads it before the first paint.

export type ThemeStore = StoreApi<{ theme: Theme; choose: (theme: Theme) => void }>;

/** The chosen theme; `system` follows the operating system's. */
export function createThemeStore(storage: Storage, root: HTMLElement): ThemeStore {
  const stored = THEMES.find((theme) => theme === storage.getItem(KEY)) ?? 'system';
  return createStore((set) => ({
    theme: stored,
    choose: (theme: Theme) => {
      if (theme === 'system') {
        storage.removeItem(KEY);
        delete root.dataset['theme'];
      } else {
        storage.setItem(KEY, theme);
        root.dataset['theme'] = theme;
      }
      set({ theme });
    },
  }));
}
