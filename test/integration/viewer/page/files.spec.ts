import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { isBrowserThere } from '../../../support/browser.js';
import { idOf } from '../../../support/otlp-requests.js';
import { openedViewersOfFile } from '../../../support/viewer-page.js';
import { hostileTrace, storeExamples, storeSpans } from '../../../support/viewer-traces.js';

const openViewer = openedViewersOfFile();

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
});
