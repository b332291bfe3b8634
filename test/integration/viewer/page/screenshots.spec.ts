import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { afterAll, describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isBrowserThere, majorVersionOf } from '../../../support/browser.js';
import { differenceOf, readPng, writePng } from '../../../support/png.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import { VIEWER_SCREENS } from '../../../support/viewer-screens.js';
import { storeExamples, TRACES_AT_MILLIS } from '../../../support/viewer-traces.js';

const FOLDER = new URL('./screenshots/', import.meta.url);
const DRAWN_BY = new URL('drawn-by.txt', FOLDER);
/** `VIEWER_SCREENSHOTS=write` writes the pictures anew, `compare` compares them: that takes two minutes. */
const wish = process.env.VIEWER_SCREENSHOTS;
const isWriting = wish === 'write';
const MAX_DIFFERENCE = 0.005;
const MAX_BYTES = 60 * 1024;
const openViewer = openedViewersOfFile();
let drawnBy = '';

afterAll(() => {
  if (isWriting) writeFileSync(DRAWN_BY, `${drawnBy}\n`);
});

/** What decides how the same page looks: the version of Chromium, and the fonts of the machine. */
async function drawnByOf(page: Page): Promise<string> {
  const version = majorVersionOf(page.context().browser() ?? undefined);
  const fonts = await page.evaluate(`['--sans', '--mono'].map((family) => {
    const context = document.createElement('canvas').getContext('2d');
    context.font = '13px ' + getComputedStyle(document.documentElement).getPropertyValue(family);
    return context.measureText('Traces of services, 0123456789').width.toFixed(2);
  }).join()`);
  return `Chromium ${version}, widths ${fonts}`;
}

(wish !== undefined && isBrowserThere() ? describe : describe.skip).each([
  'light',
  'dark',
] as const)('the %s theme', (colorScheme) => {
  it.each(VIEWER_SCREENS)('draws $name as it did', async ({ name, path, isReady }) => {
    const { page } = await openViewer(path, ({ store }) => storeExamples(store), {
      expectedProblems: name === 'list-query-error' ? /status of 400/ : undefined,
      colorScheme,
      timezoneId: 'UTC',
      locale: 'en-GB',
      reducedMotion: 'reduce',
      prepare: (opened) => opened.clock.setFixedTime(TRACES_AT_MILLIS + 60_000),
    });
    await isReady(page);
    drawnBy = await drawnByOf(page);
    const picture = readPng(await page.screenshot({ animations: 'disabled', caret: 'hide' }));
    const file = new URL(`${name}-${colorScheme}.png`, FOLDER);
    if (isWriting) {
      mkdirSync(FOLDER, { recursive: true });
      const png = writePng(picture);
      expect(png.length).toBeLessThan(MAX_BYTES);
      writeFileSync(file, png);
      return;
    }
    const before = existsSync(DRAWN_BY) ? readFileSync(DRAWN_BY, 'utf8').trim() : '';
    if (before !== drawnBy || !existsSync(file)) {
      process.stderr.write(`${name}: there is no picture by ${drawnBy}, so none is compared.\n`);
      return;
    }
    const difference = differenceOf(picture, readPng(readFileSync(file)));
    expect(difference).toBeLessThanOrEqual(MAX_DIFFERENCE);
  });
});
