import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isBrowserThere } from '../../../support/browser.js';
import { idOf } from '../../../support/otlp-requests.js';
import { expectSoon } from '../../../support/until.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import { storeExamples } from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();
/** Two of equal requests; the second one waited for its query. */
const QUICK = idOf(10, 32);
const SLOW = idOf(21, 32);

async function openComparison(a: string, b: string, parameters = '') {
  const address = `/compare?a=${a}&b=${b}${parameters}`;
  return openViewer(address, ({ store }) => storeExamples(store));
}

function sentenceOf(page: Page): Promise<string | null> {
  return page.locator('.compare-sentence').textContent();
}

(isBrowserThere() ? describe : describe.skip)('the comparison of two traces', () => {
  it('says what differs most, and shows it in the tree', async () => {
    const { page } = await openComparison(QUICK, SLOW);
    expect(await sentenceOf(page)).toMatch(
      /^B took 57\.0 ms longer .* mostly by 57\.0 ms more in .* › SELECT orders\.$/,
    );
    const row = page.getByRole('row', { name: /SELECT orders/ });
    await expectSoon(
      () => row.textContent(),
      (value) => expect(value).toMatch(/4\.0 ms.*61\.0 ms.*\+57\.0 ms/),
    );
  });

  it('swaps the traces, and stays so in its address', async () => {
    const { page } = await openComparison(QUICK, SLOW);
    await page.getByRole('button', { name: 'swap' }).click();
    await page.getByText(/^B took 57\.0 ms less/).waitFor();
    const { searchParams } = new URL(page.url());
    expect([searchParams.get('a'), searchParams.get('b')]).toEqual([SLOW, QUICK]);
    await page.reload();
    await page.getByText(/^B took 57\.0 ms less/).waitFor();
  });

  it('lists what differs, the greatest difference first', async () => {
    const { page } = await openComparison(QUICK, SLOW);
    await page.locator('.compare-sentence').waitFor();
    await page.keyboard.press('2');
    const first = page.getByRole('row').nth(1);
    await first.getByText('SELECT orders').waitFor();
    expect(new URL(page.url()).searchParams.get('view')).toBe('list');
  });

  it('compares with the median of equal requests', async () => {
    const { page } = await openComparison(SLOW, 'median');
    await page.getByText(/the median of 11 other traces/).waitFor();
    expect(await sentenceOf(page)).toMatch(/less/);
  });

  it('leads to both traces', async () => {
    const { page } = await openComparison(QUICK, SLOW);
    await page.locator('.compare-sentence').waitFor();
    await page.keyboard.press('b');
    await page.getByRole('heading', { level: 1, name: 'GET /orders/:id' }).waitFor();
    expect(new URL(page.url()).pathname).toBe(`/t/${SLOW}`);
  });

  it.each([
    ['without traces', '/compare'],
    ['with an id that is none', `/compare?a=1&b=${SLOW}`],
  ])('says what to do %s', async (_, path) => {
    const { page } = await openViewer(path);
    expect(await page.getByRole('alert').textContent()).not.toBe('');
    await page.getByRole('link', { name: 'Back to the traces' }).click();
    expect(new URL(page.url()).pathname).toBe('/');
  });
});
