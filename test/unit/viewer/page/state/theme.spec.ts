import { describe, expect, it } from '@jest/globals';
import { installPageWindow } from '../../../../support/page-window.js';

const page = installPageWindow();
page.storage.set('nestjs-traced-theme', 'light');
const { nextTheme, theme } = await import('../../../../../lib/viewer/page/state/theme.js');

describe('theme', () => {
  it('is the one that the browser has stored', () => {
    expect(theme.value).toBe('light');
    expect(page.dataset).toEqual({ theme: 'light' });
  });

  it('goes round, and is stored', () => {
    nextTheme();
    expect(page.dataset).toEqual({ theme: 'dark' });
    expect(page.storage.get('nestjs-traced-theme')).toBe('dark');
    nextTheme();
    expect(theme.value).toBe('system');
  });

  it('changes where nothing can be stored', () => {
    page.isStorageForbidden = true;
    nextTheme();
    expect(page.dataset).toEqual({ theme: 'light' });
  });
});
