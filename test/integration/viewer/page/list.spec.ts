import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isBrowserThere, untilTrue } from '../../../support/browser.js';
import { idOf } from '../../../support/otlp-requests.js';
import { expectSoon } from '../../../support/until.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import {
  failedOrder,
  orderLookups,
  repeatedQuery,
  retriedPayment,
  storeExamples,
  storeSpans,
} from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();

/** Opens the list of all examples. */
async function openExamples(path = '/') {
  const opened = await openViewer(path, ({ store }) => storeExamples(store));
  await rowsOf(opened.page).first().waitFor();
  return opened;
}

function rowsOf(page: Page) {
  return page.getByRole('grid', { name: 'Traces' }).locator('.trace-row');
}

function namesOf(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('.trace-row')]
    .sort((a, b) => a.getBoundingClientRect().top - b.getBoundingClientRect().top)
    .map((row) => row.querySelector('.trace-link').textContent)`);
}

function untilRows(page: Page, count: number): Promise<void> {
  return untilTrue(page, `document.querySelectorAll('.trace-row').length === ${count}`);
}

function parametersOf(page: Page): URLSearchParams {
  return new URL(page.url()).searchParams;
}

(isBrowserThere() ? describe : describe.skip)('the screen of the list', () => {
  it('shows traces, the newest first, with what happened', async () => {
    const { page } = await openExamples();
    const names = await namesOf(page);
    expect(names.slice(-4)).toEqual([
      'POST /mails',
      'POST /payments',
      'GET /orders',
      'POST /orders',
    ]);
    const order = rowsOf(page).last();
    for (const part of ['502', '9 +3', 'gateway', 'orders', 'inventory', 'It began in inventory']) {
      await expectSoon(
        () => order.textContent(),
        (text) => expect(text).toContain(part),
      );
    }
  });

  it('narrows the list to a run, also to one of which no row is loaded', async () => {
    const { page } = await openViewer('/', ({ store }) => {
      storeSpans(store, failedOrder());
      store.runs.begin(2);
      // More than the 500 that are loaded at once.
      for (let number = 100; number < 610; number++) storeSpans(store, retriedPayment(number));
    });
    await rowsOf(page).first().waitFor();
    const select = page.getByRole('combobox', { name: 'Run' });
    await expectSoon(
      () => select.locator('option').allTextContents(),
      (texts) =>
        expect(texts).toEqual([
          'all runs',
          expect.stringMatching(/^run 2, \d\d:\d\d:\d\d, 510 traces$/),
          'run 1, 1 trace',
        ]),
    );
    await select.selectOption('1');
    await untilRows(page, 1);
    expect([await namesOf(page), parametersOf(page).get('q')]).toEqual([['POST /orders'], 'run:1']);
  });

  it('opens a trace by its row and by keys, and is as it was afterwards', async () => {
    const { page } = await openExamples();
    await rowsOf(page).last().getByRole('link').click();
    expect(new URL(page.url()).pathname).toBe(`/t/${idOf(1, 32)}`);
    await page.goBack();
    await rowsOf(page).first().waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('e');
    await page.keyboard.press('e');
    await page.keyboard.press('Enter');
    expect(new URL(page.url()).pathname).toBe(`/t/${idOf(1, 32)}`);
  });

  it('shows a trace as soon as it arrives, at the top', async () => {
    const { page, store } = await openViewer('/', (viewer) =>
      storeSpans(viewer.store, failedOrder()),
    );
    await untilRows(page, 1);
    storeSpans(store, retriedPayment());
    await untilRows(page, 2);
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).toEqual(['POST /payments', 'POST /orders']),
    );
  });

  it('lets new traces wait while it is paused, or a trace is selected', async () => {
    const { page, store } = await openViewer('/', (viewer) =>
      storeSpans(viewer.store, failedOrder()),
    );
    await untilRows(page, 1);
    await page.keyboard.press('Space');
    await page.getByRole('button', { name: 'Follow' }).waitFor();
    storeSpans(store, retriedPayment());
    const waiting = page.getByRole('button', { name: '1 new' });
    await waiting.waitFor();
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).toEqual(['POST /orders']),
    );
    await waiting.click();
    await untilRows(page, 2);
    await page.keyboard.press('j');
    storeSpans(store, repeatedQuery());
    await waiting.waitFor();
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).toEqual(['POST /payments', 'POST /orders']),
    );
    await page.keyboard.press('Escape');
    await untilRows(page, 3);
  });

  it('searches, and keeps the query in the address', async () => {
    const { page } = await openExamples();
    await page.keyboard.press('/');
    await page.keyboard.type('status:error');
    await page.keyboard.press('Enter');
    await untilRows(page, 2);
    expect(parametersOf(page).get('q')).toBe('status:error');
    await page.reload();
    await untilRows(page, 2);
    await expectSoon(
      () => namesOf(page),
      (value) => expect(value).toEqual(['POST /payments', 'POST /orders']),
    );
    await page.goBack();
    await untilRows(page, 16);
  });

  it('says where a query has an error, and keeps the list', async () => {
    const { page } = await openExamples();
    await page.getByRole('combobox', { name: 'Search traces' }).fill('duration>abc');
    await page.keyboard.press('Escape');
    await page.getByText(/^Column 10:/).waitFor();
    await page.keyboard.press('Enter');
    await expectSoon(
      () => rowsOf(page).count(),
      (value) => expect(value).toBe(16),
    );
  });

  it('completes keys and values', async () => {
    const { page } = await openExamples();
    await page.keyboard.press('/');
    await page.keyboard.type('service:inv');
    await page.getByRole('option', { name: /inventory/ }).waitFor();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Tab');
    await page.keyboard.press('Escape');
    await page.keyboard.press('Enter');
    await untilRows(page, 1);
    expect(parametersOf(page).get('q')).toBe('service:inventory');
  });

  it('sorts by its columns', async () => {
    const { page } = await openExamples();
    await page.getByRole('button', { name: /^Duration/ }).click();
    await untilTrue(page, `document.querySelector('.trace-link').textContent === 'GET /orders'`);
    expect(parametersOf(page).get('sort')).toBe('duration');
  });

  it('marks traces with a star by key', async () => {
    const { page, store } = await openExamples();
    await page.keyboard.press('k');
    await page.keyboard.press('*');
    await page.locator('.trace-row [aria-pressed="true"]').waitFor();
    const [first] = await namesOf(page);
    expect(first).toBe('GET /orders/:id');
    await page.reload();
    await page.locator('.trace-row [aria-pressed="true"]').waitFor();
    expect([...store.entries()].filter(({ isStarred }) => isStarred)).toHaveLength(1);
  });

  it('deletes all traces after a question', async () => {
    const { page, store } = await openExamples();
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await expectSoon(
      () => rowsOf(page).count(),
      (value) => expect(value).toBe(16),
    );
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByRole('button', { name: 'Delete all' }).click();
    await page.getByText('No trace has arrived yet').waitFor();
    expect(store.counts().traces.kept).toBe(0);
  });

  it('leads to the comparison of two traces', async () => {
    const { page } = await openExamples();
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    await page.keyboard.press('j');
    await page.keyboard.press('x');
    expect(new URL(page.url()).pathname).toBe('/compare');
  });

  it('has few elements with thousands of traces', async () => {
    const { page } = await openViewer('/', ({ store }) =>
      storeSpans(store, orderLookups(10, 0, 900)),
    );
    await rowsOf(page).first().waitFor();
    for (const key of ['PageDown', 'PageDown', 'PageDown', 'PageUp'])
      await page.keyboard.press(key);
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_500);
  }, 60_000);

  it('goes on after the viewer was away, with what it has then', async () => {
    const { page, store, server, port } = await openViewer(
      '/',
      (viewer) => storeSpans(viewer.store, failedOrder()),
      { expectedProblems: /ERR_(CONNECTION|INCOMPLETE|EMPTY)/ },
    );
    await untilRows(page, 1);
    await server.close();
    await page.locator('.live-lost').waitFor();
    await expectSoon(
      () => rowsOf(page).count(),
      (value) => expect(value).toBe(1),
    );
    storeSpans(store, retriedPayment());
    await openViewer.restart({ store, port });
    await page.locator('.live-live').waitFor();
    await untilRows(page, 2);
  }, 60_000);
});
