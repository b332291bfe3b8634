import { effect, signal } from '@preact/signals';

/** `system` is what the browser prefers. */
export type Theme = 'system' | 'light' | 'dark';

const THEMES: readonly Theme[] = ['system', 'light', 'dark'];
const STORAGE_KEY = 'nestjs-traced-theme';

/** The theme of the page, remembered by the browser. */
export const theme = signal<Theme>(readTheme());

effect(() => {
  const { value } = theme;
  document.documentElement.dataset.theme = value;
  try {
    localStorage.setItem(STORAGE_KEY, value);
  } catch {
    // Browsers can forbid storage; the theme then lasts as long as the page.
  }
});

/** Sets the next theme. */
export function nextTheme(): void {
  theme.value = THEMES[(THEMES.indexOf(theme.value) + 1) % THEMES.length] as Theme;
}

function readTheme(): Theme {
  try {
    const stored = localStorage.getItem(STORAGE_KEY) as Theme | null;
    return stored !== null && THEMES.includes(stored) ? stored : 'system';
  } catch {
    return 'system';
  }
}
