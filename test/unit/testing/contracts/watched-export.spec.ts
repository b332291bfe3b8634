import { describe, expect, it } from '@jest/globals';
import { Demand } from '../../../../lib/testing/contracts/demand.js';
import { WatchedExport } from '../../../../lib/testing/contracts/watched-export.js';
import { LineExporter } from './line-exporter.js';

const watched = new WatchedExport(new Demand('LineExporter', 'exports', 'sdk.md'), 50);

describe('WatchedExport', () => {
  it('returns all results', async () => {
    const exporter = new LineExporter();
    expect(await watched.ofSpans(exporter, [])).toEqual([{ code: 0 }]);
    exporter.export = (_spans, callback) => {
      callback({ code: 0 });
      callback({ code: 1 });
    };
    expect(await watched.ofSpans(exporter, [])).toEqual([{ code: 0 }, { code: 1 }]);
  });

  it('waits for a call until the deadline', async () => {
    const exporter = Object.assign(new LineExporter(), { export: () => {} });
    await expect(watched.ofSpans(exporter, [])).rejects.toMatchObject({
      demanded: 'a call of the result callback within 50 ms',
      received: "'no call'",
    });
  });

  it('waits for spans that arrive late, and names those that arrived', async () => {
    const exporter = new LineExporter();
    let readings = 0;
    const deliveredNames = async () => (++readings < 5 ? [] : ['b', 'a']);
    await watched.expectDelivered({ exporter, deliveredNames }, ['a', 'b']);
    expect(readings).toBe(5);
    await expect(
      watched.expectDelivered({ exporter, deliveredNames }, ['a', 'c']),
    ).rejects.toMatchObject({ received: "[ 'a', 'b' ]" });
  });

  it.each([
    ['a success with an error', [{ code: 0, error: new Error('x') }] as const],
    ['a success with rejected spans', [{ code: 0, rejectedCount: 1 }] as const],
    ['a failure', [{ code: 1 }] as const],
    ['no result', []],
  ])('takes %s for no plain success', (_what, results) => {
    expect(() => watched.expectSuccess(results)).toThrow('one call with success');
  });
});
