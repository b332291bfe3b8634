import { describe, expect, it } from '@jest/globals';
import type { Page } from 'playwright-core';
import { isBrowserThere, untilTrue } from '../../../support/browser.js';
import { idOf, spanOf } from '../../../support/otlp-requests.js';
import { expectSoon } from '../../../support/until.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import type { TestViewer } from '../../../support/viewer-servers.js';
import {
  HOSTILE_MARK,
  HOSTILE_TEXTS,
  hostileTrace,
  storeLogs,
  storeSpans,
} from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();
const HOSTILE = idOf(200, 32);

function storeHostile({ store }: TestViewer): void {
  const spans = hostileTrace();
  storeSpans(store, spans);
  storeLogs(
    store,
    spans.map((span, row) => ({
      span,
      after: 0,
      severity: 'ERROR',
      body: HOSTILE_TEXTS[row] as string,
    })),
  );
}

/** Elements and attributes that no text of a sender may become. */
const FOREIGN = `script:not(body > script), iframe, object, embed, a[href^="javascript:" i], [src]`;

async function expectHarmless(page: Page): Promise<void> {
  expect(await page.evaluate(`globalThis.${HOSTILE_MARK}`)).toBeUndefined();
  const found = await page.evaluate(`[
    ...document.querySelectorAll(${JSON.stringify(FOREIGN)}),
    ...[...document.querySelectorAll('*')].filter((element) =>
      element.getAttributeNames().some((name) => /^on|[<>"'{}]/.test(name))),
  ].map((element) => element.outerHTML.slice(0, 200))`);
  expect(found).toEqual([]);
}

(isBrowserThere() ? describe : describe.skip)('hostile values', () => {
  it.each([
    ['list', '/'],
    ['graph', '/graph'],
    ['flame', `/t/${HOSTILE}?view=flame`],
    ['findings', `/t/${HOSTILE}?view=findings`],
    ['logs', `/t/${HOSTILE}?view=logs`],
    ['compare', `/compare?a=${HOSTILE}&b=${HOSTILE}`],
  ])('are text in the screen: %s', async (_, path) => {
    const { page } = await openViewer(path, storeHostile);
    await page.locator('.live-live').waitFor();
    await page.waitForLoadState('networkidle').catch(() => {});
    await expectHarmless(page);
  });

  it('are text in the waterfall and in the details of each span', async () => {
    const { page } = await openViewer(`/t/${HOSTILE}`, storeHostile);
    const rows = page.locator('[data-position]');
    await rows.first().waitFor();
    await expectSoon(
      () => rows.count(),
      (value) => expect(value).toBe(HOSTILE_TEXTS.length),
    );
    await expectSoon(
      () => rows.first().textContent(),
      (value) => expect(value).toContain(HOSTILE_TEXTS[0]),
    );
    await page.keyboard.press('Enter');
    const details = page.getByRole('complementary');
    for (let row = 0; row < HOSTILE_TEXTS.length; row++) {
      await details.getByText('db.query.text').first().waitFor();
      await page.evaluate(
        `document.querySelectorAll('aside details').forEach((part) => { part.open = true; })`,
      );
      await expectHarmless(page);
      // Whatever could run when somebody points at it, or gives it the focus.
      await details.hover();
      await page.keyboard.press('j');
    }
    await expectHarmless(page);
  }, 60_000);

  it('are text in the addresses that somebody sends', async () => {
    const { page, address } = await openViewer('/', storeHostile, {
      expectedProblems: /status of 400/,
    });
    for (const text of HOSTILE_TEXTS) {
      const value = encodeURIComponent(text.replace(/\p{Surrogate}/gu, ''));
      await page.goto(`${address}/?q=${value}`);
      await page.goto(
        `${address}/t/${HOSTILE}?find=${value}&span=${value}&view=${value}&zoom=${value}&only=${value}`,
      );
      await page.locator('[data-position]').first().waitFor();
      await expectHarmless(page);
    }
  }, 60_000);

  it('may be a megabyte long', async () => {
    const long = '<b>long</b> '.repeat(90_000);
    const { page } = await openViewer(`/t/${idOf(1, 32)}`, ({ store }) =>
      storeSpans(
        store,
        hostileTrace(1).map((span) => ({
          ...span,
          name: long,
          statusMessage: long,
          attributes: { long, [long]: 1 },
        })),
      ),
    );
    await page.locator('[data-position]').first().waitFor();
    await page.keyboard.press('Enter');
    await page.getByRole('complementary').getByText('long').first().waitFor();
    await expectHarmless(page);
    const elements = await page.evaluate('document.querySelectorAll("*").length');
    expect(elements).toBeLessThan(1_500);
  }, 60_000);

  it('may be 100,000 names', async () => {
    const [first] = hostileTrace(1);
    if (first === undefined) throw new Error('no span');
    const spans = Array.from({ length: 100_000 }, (_, row) => ({
      traceId: first.traceId,
      spanId: spanOf(1, row + 1).spanId as string,
      ...(row === 0 ? {} : { parentSpanId: idOf(1, 16) }),
      name: `name ${row} <b>`,
      startNanos: first.startNanos + BigInt(row),
      endNanos: first.startNanos + BigInt(row + 100),
      resource: { attributes: { 'service.name': `service ${row % 1_000}` } },
    }));
    const { page, address } = await openViewer('/', ({ store }) => storeSpans(store, spans));
    await page.locator('.live-live').waitFor();
    expect(await page.evaluate('document.querySelectorAll("*").length')).toBeLessThan(1_500);
    await page.goto(`${address}/t/${first.traceId}`);
    await page.locator('[data-position]').first().waitFor({ timeout: 60_000 });
    await untilTrue(page, 'document.querySelectorAll("*").length < 1500');
    await expectHarmless(page);
  }, 120_000);
});
