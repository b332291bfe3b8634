import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, describe, expect, it } from '@jest/globals';
import { isBrowserThere } from '../../../support/browser.js';
import { idOf } from '../../../support/otlp-requests.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import {
  HOSTILE_MARK,
  hostileTrace,
  storeExamples,
  storeSpans,
} from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();
const folder = mkdtempSync(join(tmpdir(), 'saved-traces-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

(isBrowserThere() ? describe : describe.skip)('files of traces', () => {
  it('are the same after an export and an import', async () => {
    const first = await openViewer('/', ({ store }) => {
      storeExamples(store);
      storeSpans(store, hostileTrace());
    });
    const [download] = await Promise.all([
      first.page.waitForEvent('download'),
      first.page.getByRole('link', { name: 'Export' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('traces.jsonl');
    const exported = readFileSync(await download.path());
    const second = await openViewer('/');
    const [chooser] = await Promise.all([
      second.page.waitForEvent('filechooser'),
      second.page.getByRole('button', { name: 'Import' }).click(),
    ]);
    await chooser.setFiles({ name: 'traces.jsonl', mimeType: '', buffer: exported });
    await second.page.locator('.trace-row').nth(16).waitFor();
    const lines = async (ask: typeof first.ask): Promise<string[]> =>
      (await ask({ path: '/api/export' })).body.toString().trim().split('\n').sort();
    expect(await lines(second.ask)).toEqual(await lines(first.ask));
    expect(second.store.counts().spans).toMatchObject({
      received: first.store.counts().spans.received,
      refused: 0,
      duplicate: 0,
    });
  });

  it('that are not traces are refused with a reason', async () => {
    const { page } = await openViewer('/', undefined, { expectedProblems: /status of 400/ });
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import' }).click(),
    ]);
    await chooser.setFiles({ name: '<b>x</b>.txt', mimeType: '', buffer: Buffer.from('words') });
    await page.getByText('<b>x</b>.txt was not imported').first().waitFor();
  });

  it('of one trace are saved from its screen', async () => {
    const { page } = await openViewer(`/t/${idOf(1, 32)}`, ({ store }) => storeExamples(store));
    const save = async (name: string): Promise<string> => {
      await page.getByText(/^save/).click();
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('link', { name }).click(),
      ]);
      return readFileSync(await download.path(), 'utf8');
    };
    const requests = (await save('OTLP JSON')).trim().split('\n');
    expect(requests.flatMap((request) => Object.keys(JSON.parse(request)))).toEqual([
      'resourceSpans',
      'resourceLogs',
    ]);
    expect(requests[0]).toContain('WarehouseOfflineError');
    expect(await save('Text')).toContain('Warehouse.findShelf');
  });

  it('of one trace as HTML show the same without a server', async () => {
    const { page, ask } = await openViewer('/', ({ store }) => {
      storeExamples(store);
      storeSpans(store, hostileTrace());
    });
    await page.locator('.live-live').waitFor();
    const context = page.context();
    const other = await context.newPage();
    await page.close();
    // What the page of a file asks for fails, and with it the test.
    await context.setOffline(true);
    for (const [number, name] of [
      [1, 'Warehouse.findShelf'],
      [200, '<script>'],
    ] as const) {
      const { status, body } = await ask({ path: `/t/${idOf(number, 32)}.html` });
      expect(status).toBe(200);
      const file = join(folder, `${number}.html`);
      writeFileSync(file, body);
      const saved = await context.newPage();
      await saved.goto(pathToFileURL(file).href);
      await saved.locator('[data-position]').first().waitFor();
      expect(await saved.getByRole('treegrid').textContent()).toContain(name);
      await saved.keyboard.press('Enter');
      await saved.getByRole('complementary').getByText('Attributes').first().waitFor();
      expect(await saved.evaluate(`globalThis.${HOSTILE_MARK}`)).toBeUndefined();
      if (number === 1) {
        // No fact of the columns: the page asks the server for it, if there is one.
        await saved.getByRole('searchbox').fill('order.details:gold');
        await saved.getByText(/^[1-9]\d* match(es)?$/).waitFor();
      }
      await saved.close();
    }
    await other.close();
  }, 60_000);
});
