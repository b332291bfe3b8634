import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isBrowserThere, untilTrue } from '../../../support/browser.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import { orderLookups, storeExamples, storeSpans } from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();

/** Opens the graph of the examples. A trace counts two seconds after its last span. */
async function openGraph(parameters = '') {
  const opened = await openViewer(`/graph${parameters}`, ({ store }) => storeExamples(store));
  await opened.page.locator('.graph-view').getByText('inventory').first().waitFor();
  return opened;
}

function edgeOf(page: Page, from: string, to: string) {
  return page.getByRole('button', { name: new RegExp(`^calls from ${from} to ${to},`) });
}

function detailsOf(page: Page) {
  return page.getByRole('region', { name: 'Selected' });
}

function parametersOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

/** The texts of a column of the table. */
function columnOf(page: Page, number: number): Promise<string[]> {
  return page.locator(`.graph-table tbody tr > :nth-child(${number})`).allTextContents();
}

(isBrowserThere() ? describe : describe.skip)('the screen of the graph', () => {
  it('shows who calls whom, with failures', async () => {
    const { page } = await openGraph('?view=table');
    const [from, to] = await Promise.all([columnOf(page, 1), columnOf(page, 2)]);
    const calls = from.map((name, i) => `${name} > ${to[i]}`).sort();
    expect(calls).toEqual(
      expect.arrayContaining(['gateway > orders', 'orders > inventory', 'orders > postgresql']),
    );
    expect(await page.locator('.graph-table .bad').count()).toBeGreaterThan(0);
  });

  it('tells of what is selected, and leads to its traces', async () => {
    const { page } = await openGraph();
    await edgeOf(page, 'orders', 'inventory').click();
    const details = detailsOf(page);
    await details.getByRole('heading', { name: 'orders → inventory' }).waitFor();
    expect(parametersOf(page).get('pick')).not.toBeNull();
    await details.getByRole('link', { name: 'last failed' }).click();
    await page.locator('.trace-row').first().waitFor();
    expect(parametersOf(page).get('q')).toBe('edge.failed=orders->inventory');
    expect(await page.locator('.trace-row .trace-link').allTextContents()).toEqual([
      'POST /orders',
    ]);
  });

  it('keeps what is selected, the time and the view in its address', async () => {
    const { page } = await openGraph();
    await edgeOf(page, 'gateway', 'orders').click();
    await detailsOf(page).getByRole('heading').waitFor();
    await page.keyboard.press('3');
    await page.keyboard.press('t');
    await page.locator('.graph-table').waitFor();
    await page.reload();
    await detailsOf(page).getByRole('heading', { name: 'gateway → orders' }).waitFor();
    expect(await page.getByRole('button', { name: '15 min' }).getAttribute('aria-pressed')).toBe(
      'true',
    );
    await page.locator('.graph-table').waitFor();
    await page.keyboard.press('Escape');
    await detailsOf(page).waitFor({ state: 'detached' });
    await page.goBack();
    await page.locator('.graph-table').waitFor({ state: 'detached' });
  });

  it('moves between nodes by the arrow keys, and selects with the keyboard', async () => {
    const { page } = await openGraph();
    const picked = new Set<string | null>();
    for (let i = 0; i < 4; i++) {
      await page.keyboard.press('ArrowRight');
      picked.add(parametersOf(page).get('pick'));
    }
    expect(picked.has(null)).toBe(false);
    expect(picked.size).toBeGreaterThan(2);
    expect(await page.evaluate('document.activeElement.dataset.pick')).toBe(
      parametersOf(page).get('pick'),
    );
  });

  it('sorts its table by any column', async () => {
    const { page } = await openGraph('?view=table');
    const header = page.getByRole('columnheader').first();
    const seen = new Set<string>();
    for (let i = 0; i < 2; i++) {
      await header.getByRole('button').click();
      const direction = String(await header.getAttribute('aria-sort'));
      const names = await columnOf(page, 1);
      const sorted = names.toSorted((a, b) => a.localeCompare(b, 'en'));
      expect(names).toEqual(direction === 'ascending' ? sorted : sorted.reverse());
      seen.add(direction);
    }
    expect([...seen].sort()).toEqual(['ascending', 'descending']);
  });

  it('follows what arrives, unless it is paused', async () => {
    const { page, store } = await openGraph('?view=table');
    const callsOf = async (): Promise<string> =>
      (await page.locator('.graph-table tbody').textContent()) ?? '';
    await page.getByRole('button', { name: 'pause', exact: true }).click();
    const before = await callsOf();
    storeSpans(store, orderLookups(200, 20, 5));
    await page.waitForTimeout(3_000);
    expect(await callsOf()).toBe(before);
    await page.getByRole('button', { name: 'paused', exact: true }).click();
    await untilTrue(
      page,
      `document.querySelector('.graph-table tbody').textContent !== ${JSON.stringify(before)}`,
    );
  });
});
