import { describe, expect, it } from '@jest/globals';
import { lostElements, violationsInBothThemes } from '../../../support/accessibility.js';
import { isBrowserThere } from '../../../support/browser.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import { VIEWER_SCREENS } from '../../../support/viewer-screens.js';
import { storeExamples } from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();
const PARTS = 'h1, h2, button, input, select, a, summary, [role="treegrid"], [role="grid"]';

(isBrowserThere() ? describe : describe.skip).each(VIEWER_SCREENS)(
  'the screen $name',
  ({ name, path, isReady }) => {
    const open = async () => {
      const { page } = await openViewer(path, ({ store }) => storeExamples(store), {
        expectedProblems: name === 'list-query-error' ? /status of 400/ : undefined,
      });
      await isReady(page);
      return page;
    };

    it('is accessible in both themes', async () => {
      expect(await violationsInBothThemes(await open())).toEqual([]);
    }, 60_000);

    it('loses nothing at a zoom of 200 %', async () => {
      const page = await open();
      await page.setViewportSize({ width: 600, height: 350 });
      await page.waitForTimeout(100);
      expect(await lostElements(page, PARTS)).toEqual([]);
    });

    it('shows what is selected with forced colours', async () => {
      const page = await open();
      await page.emulateMedia({ forcedColors: 'active' });
      await page.keyboard.press('j');
      const lookOf = (selector: string): Promise<string | null> =>
        page.evaluate(`(() => {
          const element = document.querySelector('main ${selector}');
          if (element === null) return null;
          const { backgroundColor, outlineStyle, borderStyle, color, forcedColorAdjust } = getComputedStyle(element);
          return [backgroundColor, outlineStyle, borderStyle, color, forcedColorAdjust].join();
        })()`);
      const [selected, other] = await Promise.all([
        lookOf('[role="row"]:is([aria-selected="true"], .is-cursor)'),
        lookOf('[role="row"]:not([aria-selected="true"], .is-cursor, [aria-rowindex="1"])'),
      ]);
      if (selected !== null) expect(selected).not.toBe(other);
    });
  },
);
