import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import type { PartialExportResult } from '../../../lib/export/index.js';
import { OngoingExports } from '../../../lib/export/ongoing-exports.js';
import type { ExportResult } from '../../../lib/export/span-exporter.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { ReadDiagnostics } from '../../support/exporter-doubles.js';
import { endedSpans } from '../../support/span-source.js';

const SUCCESS: PartialExportResult = { code: 0 };

function exportsThat(
  deliver: (spans: ReadableSpan[]) => Promise<PartialExportResult>,
  concurrencyLimit = 10,
) {
  const diagnostics = new ReadDiagnostics();
  return {
    ongoing: new OngoingExports({ concurrencyLimit, diagnostics, deliver }),
    lines: diagnostics.lines,
  };
}

function begin(ongoing: OngoingExports, spans = endedSpans(1)): Promise<ExportResult> {
  return new Promise((resolve) => ongoing.begin(spans, resolve));
}

describe('OngoingExports', () => {
  it('calls back with what came of it', async () => {
    const result = { code: 0, rejectedCount: 1, error: new Error('odd') } as const;
    const { ongoing } = exportsThat(async () => result);
    expect(await begin(ongoing)).toBe(result);
  });

  it('calls back with a failure for a delivery that rejects', async () => {
    const { ongoing } = exportsThat(() => Promise.reject(new Error('boom')));
    expect(await begin(ongoing)).toEqual({ code: 1, error: new Error('boom') });
  });

  it('delivers where nothing is traced', async () => {
    let isSuppressed = false;
    const { ongoing } = exportsThat(async () => {
      isSuppressed = contextStorage.active().suppressed;
      return SUCCESS;
    });
    await begin(ongoing);
    expect(isSuppressed).toBe(true);
  });

  it('has nothing to deliver for no spans', async () => {
    const { ongoing } = exportsThat(() => Promise.reject(new Error('asked to')));
    expect(await begin(ongoing, [])).toEqual(SUCCESS);
  });

  it('fails one too many at once, and takes the next', async () => {
    let finish = () => {};
    const { ongoing } = exportsThat(
      () => new Promise((resolve) => (finish = () => resolve(SUCCESS))),
      1,
    );
    const first = begin(ongoing);
    expect(await begin(ongoing)).toEqual({
      code: 1,
      error: new Error('1 exports are under way already'),
    });
    finish();
    expect(await first).toEqual(SUCCESS);
    const third = begin(ongoing);
    finish();
    expect(await third).toEqual(SUCCESS);
  });

  it('settles when those under way have called back', async () => {
    let finish = () => {};
    const { ongoing } = exportsThat(
      () => new Promise((resolve) => (finish = () => resolve(SUCCESS))),
    );
    const order: string[] = [];
    ongoing.begin(endedSpans(1), () => order.push('called back'));
    const settled = ongoing.settle().then(() => order.push('settled'));
    finish();
    await settled;
    expect(order).toEqual(['called back', 'settled']);
  });

  it('fails what comes after the end', async () => {
    const { ongoing } = exportsThat(async () => SUCCESS);
    ongoing.refuseMore();
    expect(await begin(ongoing)).toEqual({
      code: 1,
      error: new Error('The exporter is shut down'),
    });
  });

  it('survives a call back that throws', async () => {
    const { ongoing, lines } = exportsThat(async () => SUCCESS);
    ongoing.begin(endedSpans(1), () => {
      throw new Error('boom');
    });
    await ongoing.settle();
    expect(lines).toEqual(['A callback of an export threw: Error: boom']);
  });
});
