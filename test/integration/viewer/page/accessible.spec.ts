import { describe, expect, it } from '@jest/globals';
import type { Locator, Page } from 'playwright-core';
import { lostElements, violationsInBothThemes } from '../../../support/accessibility.js';
import { isBrowserThere } from '../../../support/browser.js';
import { differenceOf, readPng } from '../../../support/png.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import { VIEWER_SCREENS } from '../../../support/viewer-screens.js';
import type { TestViewer } from '../../../support/viewer-servers.js';
import { storeExamples } from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();
const PARTS = 'h1, h2, button, input, select, a, summary, [role="treegrid"], [role="grid"]';
/** The screens with rows that the keys select, and those with bars. */
const WITH_ROWS = ['list', 'list-query-error', 'trace', 'trace-search'];
const WITH_CANVAS = ['list', 'list-query-error', 'trace', 'trace-search', 'flame'];
/** What is nothing but its background, and what it is on. */
const MARKS: Readonly<Record<string, readonly [string, string]>> = {
  trace: ['.sample', '.legend'],
  compare: ['.compare-rows .bar i:visible', '.compare-rows'],
};
const SELECTED = '[role="row"]:is([aria-selected="true"], .is-cursor)';

/** How much of the place of the selected row looks different when another row is selected: 0 for nothing. */
async function differenceOfSelection(page: Page): Promise<number> {
  for (const key of ['j', 'j']) await page.keyboard.press(key);
  const clip = await page.locator(`main ${SELECTED}`).first().boundingBox();
  if (clip === null) throw new Error('No row is selected.');
  const selected = readPng(await page.screenshot({ clip }));
  await page.keyboard.press('k');
  return differenceOf(selected, readPng(await page.screenshot({ clip })));
}

/** The contrast of the most visible colour of an element to its most common one, of 1 to 21. */
async function contrastIn(element: Locator): Promise<number> {
  const colors = colorsOf(await element.screenshot());
  const paper = colors[0] as number;
  return colors.reduce((most, color) => Math.max(most, contrastOf(color, paper)), 1);
}

/** The contrast of the most common colours of two elements. */
async function contrastBetween(one: Locator, other: Locator): Promise<number> {
  const [a, b] = [await one.screenshot(), await other.screenshot()];
  return contrastOf(colorsOf(a)[0] as number, colorsOf(b)[0] as number);
}

/** The colours of a picture, the most common one first. */
function colorsOf(png: Buffer): number[] {
  const { rgb } = readPng(png);
  const counts = new Map<number, number>();
  for (let i = 0; i < rgb.length; i += 3) {
    const [red = 0, green = 0, blue = 0] = rgb.subarray(i, i + 3);
    const color = (red << 16) | (green << 8) | blue;
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  return [...counts].sort((a, b) => b[1] - a[1]).map(([color]) => color);
}

/** WCAG 2.2, "contrast ratio". */
function contrastOf(a: number, b: number): number {
  const [low = 0, high = 0] = [luminance(a), luminance(b)].sort((one, other) => one - other);
  return (high + 0.05) / (low + 0.05);
}

/** WCAG 2.2, "relative luminance". */
function luminance(color: number): number {
  const [red = 0, green = 0, blue = 0] = [16, 8, 0].map((shift) => {
    const value = ((color >> shift) & 0xff) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

(isBrowserThere() ? describe : describe.skip)('the page', () => {
  // One page for each screen: to open it takes longer than to look at it.
  it.each(VIEWER_SCREENS)(
    'is accessible, with forced colours and at a zoom of 200 % too: $name',
    async ({ name, path, isReady }) => {
      const fill = ({ store, passTime }: TestViewer): void => {
        storeExamples(store);
        passTime();
      };
      const { page } = await openViewer(path, fill, {
        expectedProblems: name === 'list-query-error' ? /status of 400/ : undefined,
      });
      await isReady(page);
      expect(await violationsInBothThemes(page)).toEqual([]);

      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ forcedColors: 'active', colorScheme });
        if (WITH_ROWS.includes(name)) {
          expect(await differenceOfSelection(page)).toBeGreaterThan(0.01);
        }
        if (WITH_CANVAS.includes(name)) {
          expect(await contrastIn(page.locator('main canvas').last())).toBeGreaterThan(4.5);
        }
        const [mark, around] = MARKS[name] ?? [];
        if (mark !== undefined && around !== undefined) {
          const place = page.locator(around).first();
          expect(await contrastBetween(page.locator(mark).first(), place)).toBeGreaterThan(3);
        }
      }

      await page.emulateMedia({ forcedColors: 'none' });
      await page.setViewportSize({ width: 600, height: 350 });
      await page.waitForTimeout(100);
      expect(await lostElements(page, PARTS)).toEqual([]);
    },
    120_000,
  );
});
