import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isBrowserThere, untilTrue } from '../../../support/browser.js';
import { idOf } from '../../../support/otlp-requests.js';
import { expectSoon } from '../../../support/until.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import {
  failedOrder,
  largeTrace,
  logsOfFailedOrder,
  repeatedQuery,
  storeLogs,
  storeSpans,
} from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();
const ORDER = idOf(1, 32);
const ORDERS = idOf(2, 32);

/** Opens the failed order. */
async function openOrder(parameters = '') {
  const spans = failedOrder();
  const opened = await openViewer(`/t/${ORDER}${parameters}`, ({ store }) => {
    storeSpans(store, spans);
    storeLogs(store, logsOfFailedOrder(spans));
  });
  await rowsOf(opened.page).first().waitFor();
  return opened;
}

function rowsOf(page: Page) {
  return page.getByRole('treegrid', { name: 'Spans' }).locator('[data-position]');
}

/** The names of the rows on the screen, from the top. */
function namesOf(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('[role="treegrid"] [data-position]')]
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((row) => row.querySelector('.name').textContent)`);
}

/** The name of the row that the keys act on. */
async function cursorOf(page: Page): Promise<string | null> {
  return page.locator('[data-position].is-cursor .name').textContent();
}

async function press(page: Page, ...keys: string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

function parametersOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

(isBrowserThere() ? describe : describe.skip)('the screen of a trace', () => {
  it('says what happened, and shows the spans as a tree', async () => {
    const { page } = await openOrder();
    expect(await page.getByRole('heading', { level: 1 }).textContent()).toBe('POST /orders');
    expect(await page.title()).toBe('POST /orders');
    await page
      .getByText(/^It began in inventory, Warehouse\.findShelf \(warehouse\.ts:31\)/)
      .waitFor();
    expect(await namesOf(page)).toEqual([
      'POST /orders',
      'POST',
      'POST /orders/new',
      'PricingService.price',
      'PricingService.discount',
      'reserve items',
      'Stock/Reserve',
      'stock.Stock/Reserve',
      'Warehouse.findShelf',
    ]);
    const row = rowsOf(page).last();
    await expectSoon(
      () => row.getAttribute('aria-level'),
      (value) => expect(value).toBe('7'),
    );
    await expectSoon(
      () => rowsOf(page).first().getAttribute('aria-expanded'),
      (value) => expect(value).toBe('true'),
    );
  });

  it('moves, collapses and expands by keys', async () => {
    const { page } = await openOrder();
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('POST /orders'),
    );
    await press(page, 'j', 'ArrowDown', 'j');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('PricingService.price'),
    );
    await press(page, 'k', 'ArrowUp');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('POST'),
    );
    await press(page, 'End');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('Warehouse.findShelf'),
    );
    await press(page, 'Home');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('POST /orders'),
    );
    await press(page, 'j', 'j', 'ArrowLeft');
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).toEqual(['POST /orders', 'POST', 'POST /orders/new']),
    );
    await press(page, 'ArrowLeft');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('POST'),
    );
    await press(page, ']');
    await expectSoon(
      () => rowsOf(page).count(),
      (value) => expect(value).toBe(9),
    );
    await press(page, '[');
    await expectSoon(
      () => rowsOf(page).count(),
      (value) => expect(value).toBeLessThan(9),
    );
    await press(page, 'ArrowRight', 'ArrowRight');
    await expectSoon(
      () => rowsOf(page).count(),
      (value) => expect(value).toBeGreaterThan(1),
    );
  });

  it('walks from failure to failure', async () => {
    const { page } = await openOrder();
    await press(page, 'e', 'e', 'e');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('reserve items'),
    );
    await press(page, 'E');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('POST /orders/new'),
    );
  });

  it('shows the details of a span, which are part of the address', async () => {
    const { page } = await openOrder();
    await press(page, 'End', 'Enter');
    const details = page.getByRole('complementary', { name: 'Details of the span' });
    await details.getByText('WarehouseOfflineError').first().waitFor();
    await details.getByText('order.items', { exact: true }).waitFor();
    expect(parametersOf(page).get('span')).toBe(idOf(9, 16));
    await page.reload();
    await details.getByText('WarehouseOfflineError').first().waitFor();
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('Warehouse.findShelf'),
    );
    await press(page, 'k');
    await details.getByRole('heading', { name: 'stock.Stock/Reserve' }).waitFor();
    await press(page, 'Escape');
    await details.waitFor({ state: 'detached' });
    await page.goBack();
    expect(parametersOf(page).get('span')).toBeNull();
  });

  it('opens at the span of a link', async () => {
    const { page } = await openOrder(`?span=${idOf(6, 16)}`);
    await page.getByRole('complementary').getByRole('heading', { name: 'reserve items' }).waitFor();
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('reserve items'),
    );
  });

  it('searches inside of the trace, and walks from match to match', async () => {
    const { page } = await openOrder();
    await press(page, '/');
    await page.keyboard.type('service:orders');
    await page.getByText('5 matches').waitFor();
    expect(parametersOf(page).get('find')).toBe('service:orders');
    await press(page, 'Enter');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('POST /orders/new'),
    );
    await page.getByRole('searchbox').blur();
    await press(page, 'n', 'n');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('PricingService.discount'),
    );
    await press(page, 'N');
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('PricingService.price'),
    );
    await page.getByLabel('hide others').check();
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).not.toContain('Warehouse.findShelf'),
    );
    await page.reload();
    await page.getByText('5 matches').waitFor();
    await page.getByRole('searchbox').fill('duration>');
    await page.locator('#find-result.bad').waitFor();
  });

  it('shows the times of other hosts corrected, or as they were sent', async () => {
    const spans = failedOrder().map((span) => {
      const service = span.resource?.attributes['service.name'];
      const attributes = { ...span.resource?.attributes, 'host.name': `${service}-1` };
      const ahead = service === 'inventory' ? 3_000_000_000n : 0n;
      return {
        ...span,
        startNanos: span.startNanos + ahead,
        endNanos: (span.endNanos as bigint) + ahead,
        resource: { attributes },
      };
    });
    const { page } = await openViewer(`/t/${ORDER}`, ({ store }) => storeSpans(store, spans));
    const box = page.getByLabel('correct the clocks of 1 host');
    const lastTick = () => page.locator('.waterfall-head .tick').last().textContent();
    await expectSoon(lastTick, (value) => expect(value).toMatch(/^\d+ ms$/));
    await box.uncheck();
    await expectSoon(lastTick, (value) => expect(value).toMatch(/^\d+(\.\d)? s$/));
    expect(parametersOf(page).get('clocks')).toBe('sent');
    await page.reload();
    expect(await box.isChecked()).toBe(false);
    await box.check();
    await expectSoon(lastTick, (value) => expect(value).toMatch(/^\d+ ms$/));
  });

  it('shows only the critical path, or only failures', async () => {
    const { page } = await openOrder();
    await press(page, 'c');
    expect(parametersOf(page).get('only')).toBe('path');
    await page.reload();
    await rowsOf(page).first().waitFor();
    expect(await page.getByLabel('path only').isChecked()).toBe(true);
    await press(page, 'c');
    await page.getByLabel('errors only').check();
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).not.toContain('PricingService.price'),
    );
  });

  it('zooms and pans by keys, and keeps that in the address', async () => {
    const { page } = await openOrder();
    await press(page, 'w', 'w');
    const zoom = parametersOf(page).get('zoom');
    expect(zoom).not.toBeNull();
    await press(page, 'd');
    expect(parametersOf(page).get('zoom')).not.toBe(zoom);
    await press(page, 'a');
    expect(parametersOf(page).get('zoom')).toBe(zoom);
    await page.reload();
    await rowsOf(page).first().waitFor();
    expect(parametersOf(page).get('zoom')).toBe(zoom);
    await press(page, 's', 's', 's');
    expect(parametersOf(page).get('zoom')).toBeNull();
    await press(page, 'End', 'f');
    expect(parametersOf(page).get('zoom')).not.toBeNull();
    await press(page, 'f');
    expect(parametersOf(page).get('zoom')).toBeNull();
  });

  it('leads to its views by keys, each with an address', async () => {
    const { page } = await openOrder();
    for (const [key, view] of [
      ['2', 'flame'],
      ['3', 'findings'],
      ['4', 'logs'],
    ] as const) {
      await press(page, key);
      expect(parametersOf(page).get('view')).toBe(view);
    }
    await page.reload();
    await page.getByText('Reserving 3 items').first().waitFor();
    await press(page, '1');
    expect(parametersOf(page).get('view')).toBeNull();
    await rowsOf(page).first().waitFor();
  });

  it('shows its findings', async () => {
    const { page } = await openViewer(`/t/${ORDERS}`, ({ store }) =>
      storeSpans(store, repeatedQuery()),
    );
    await rowsOf(page).first().waitFor();
    await page.getByRole('button', { name: /1 finding/ }).click();
    await page
      .getByText(/118 times/)
      .first()
      .waitFor();
    expect(parametersOf(page).get('view')).toBe('findings');
  });

  it('folds many equal siblings to one row', async () => {
    const { page } = await openViewer(`/t/${ORDERS}`, ({ store }) =>
      storeSpans(store, repeatedQuery()),
    );
    await rowsOf(page).first().waitFor();
    const names = await namesOf(page);
    expect(names.length).toBeLessThan(10);
    expect(names.some((name) => /118/.test(name))).toBe(true);
  });

  it('marks the rows that a sentence is about', async () => {
    const { page } = await openOrder();
    await page.getByRole('button', { name: /^It began in inventory/ }).click();
    await expectSoon(
      () => cursorOf(page),
      (value) => expect(value).toBe('Warehouse.findShelf'),
    );
  });

  it('is copied as a link and as text', async () => {
    const { page } = await openOrder();
    await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
    const copied = (): Promise<string> => page.evaluate('navigator.clipboard.readText()');
    await press(page, 'y');
    expect(await copied()).toBe(page.url());
    await press(page, 'Y');
    await untilTrue(page, `navigator.clipboard.readText().then((t) => t.startsWith('trace'))`);
    expect(await copied()).toContain('Warehouse.findShelf');
  });

  it('is marked with a star, also for the list', async () => {
    const { page, store } = await openOrder();
    await page.getByRole('button', { name: /star$/ }).click();
    await page.getByRole('button', { name: /starred/, pressed: true }).waitFor();
    await untilTrue(
      page,
      `fetch('/api/traces').then((r) => r.json()).then(({ traces }) => traces[0].isStarred)`,
    );
    expect(store.get(ORDER)?.isStarred).toBe(true);
  });

  it('grows while its spans arrive', async () => {
    const spans = failedOrder();
    const { page, store } = await openViewer(`/t/${ORDER}`, (viewer) =>
      storeSpans(viewer.store, spans.slice(0, 3)),
    );
    await untilTrue(page, `document.querySelectorAll('[data-position]').length === 3`);
    storeSpans(store, spans.slice(3));
    await untilTrue(page, `document.querySelectorAll('[data-position]').length === 9`);
  });

  it('says that a trace does not exist, or was dropped', async () => {
    const { page, store, address } = await openViewer(
      `/t/${idOf(99, 32)}`,
      (viewer) => storeSpans(viewer.store, failedOrder()),
      { expectedProblems: /404 \(Not Found\)/ },
    );
    await page.getByText('There is no such trace').waitFor();
    await page.goto(`${address}/t/${ORDER}`);
    await rowsOf(page).first().waitFor();
    store.clear();
    await page.getByRole('alert').getByText('has dropped this trace').waitFor();
  }, 60_000);

  it.each([10_000, 100_000])(
    'has few elements with %s spans',
    async (spanCount) => {
      const { page } = await openViewer(`/t/${idOf(100, 32)}`, ({ store }) =>
        storeSpans(store, largeTrace(spanCount)),
      );
      await rowsOf(page).first().waitFor({ timeout: 60_000 });
      const elements = (): Promise<number> =>
        page.evaluate('document.querySelectorAll("*").length');
      expect(await elements()).toBeLessThanOrEqual(1_500);
      await press(page, ']', 'End');
      await expectSoon(
        () => cursorOf(page),
        (value) => expect(value).not.toBe('import everything'),
      );
      expect(await elements()).toBeLessThanOrEqual(1_500);
      await press(page, 'Enter');
      await page.getByRole('complementary').waitFor();
      expect(await elements()).toBeLessThanOrEqual(1_500);
    },
    120_000,
  );
});
