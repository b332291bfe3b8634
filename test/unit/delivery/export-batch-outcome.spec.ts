import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { DELIVERED_SPANS } from '../../../lib/delivery/delivered-signal.js';
import { ExportBatch, type ExportOutcome } from '../../../lib/delivery/export-batch.js';
import type { ExportControl, ExportResult, SpanExporter } from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import {
  type ExportCallback,
  failure,
  ReadDiagnostics,
  SUCCESS,
} from '../../support/exporter-doubles.js';
import { endedSpans } from '../../support/span-source.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const boom = new Error('boom');

interface Started {
  readonly batch: ExportBatch<ReadableSpan>;
  readonly outcomes: ExportOutcome[];
  readonly retries: Error[];
  readonly diagnostics: ReadDiagnostics;
}

function start(
  script: (callback: ExportCallback, spans: ReadableSpan[], control: ExportControl) => unknown,
  spans: ReadableSpan[] = endedSpans(3),
): Started {
  const outcomes: ExportOutcome[] = [];
  const retries: Error[] = [];
  const diagnostics = new ReadDiagnostics();
  const exporter = {
    export: (exported: ReadableSpan[], callback: ExportCallback, control: ExportControl) =>
      script(callback, exported, control),
    shutdown: () => Promise.resolve(),
  } as SpanExporter;
  const batch = new ExportBatch(exporter, DELIVERED_SPANS, diagnostics, spans.length);
  for (const span of spans) batch.add(span, Number.POSITIVE_INFINITY);
  const deliver = () =>
    batch.deliver(
      1000,
      (outcome) => outcomes.push(outcome),
      (error) => retries.push(error),
    );
  deliver();
  return { batch, outcomes, retries, diagnostics };
}

const ALL: ExportOutcome = { deliveredCount: 3, undeliveredCount: 0, error: undefined };
const none = (error: unknown): ExportOutcome => ({
  deliveredCount: 0,
  undeliveredCount: 3,
  error,
});

describe('the outcome of an ExportBatch', () => {
  beforeEach(() => {
    jest.useFakeTimers({ doNotFake: ['nextTick', 'queueMicrotask', 'performance'] });
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  it.each<[string, (callback: ExportCallback) => unknown, ExportOutcome]>([
    ['calls back with success', (callback) => callback(SUCCESS), ALL],
    ['calls back with a failure', (callback) => callback({ code: 1, error: boom }), none(boom)],
    [
      'takes a part',
      (callback) => callback({ code: 0, rejectedCount: 2 } as ExportResult),
      { deliveredCount: 1, undeliveredCount: 2, error: undefined },
    ],
    ['calls back with nothing', (callback) => callback(undefined as never), none(undefined)],
    ['calls back with nonsense', (callback) => callback('ok' as never), none(undefined)],
    [
      'throws',
      () => {
        throw boom;
      },
      none(boom),
    ],
    [
      'throws nothing',
      () => {
        throw undefined;
      },
      none(undefined),
    ],
    [
      'calls back and throws then',
      (callback) => {
        callback(SUCCESS);
        throw boom;
      },
      ALL,
    ],
  ])('has one outcome of an exporter that %s', (_, script, outcome) => {
    expect(start(script).outcomes).toEqual([outcome]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('has one outcome of an exporter that rejects, and no rejection is left over', async () => {
    jest.useRealTimers();
    let outcomes: ExportOutcome[] = [];
    const rejections = await unhandledRejectionsOf(() => {
      ({ outcomes } = start(() => Promise.reject(boom)));
    });
    expect(outcomes).toEqual([none(boom)]);
    expect(rejections).toEqual([]);
  });

  it('gives an exporter up that does not call back in time, and ignores it then', () => {
    let late: ExportCallback = () => {};
    const { outcomes, diagnostics } = start((callback) => {
      late = callback;
    });
    jest.advanceTimersByTime(999);
    expect(outcomes).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(outcomes).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(outcomes).toEqual([none(new Error('the exporter did not call back within 1000 ms'))]);
    late(SUCCESS);
    expect(outcomes).toHaveLength(1);
    expect(diagnostics.lines).toEqual([]);
  });

  it('ignores a second call back, and reports it', () => {
    const { outcomes, diagnostics } = start((callback) => {
      callback(SUCCESS);
      callback(failure('after all'));
    });
    expect(outcomes).toEqual([ALL]);
    expect(diagnostics.lines).toEqual([
      'A span exporter called back more than once for one export',
    ]);
  });

  it('counts what was handed over, whatever the exporter does with the array', () => {
    const { outcomes } = start((callback, spans) => {
      spans.length = 0;
      callback(failure('no'));
    });
    expect(outcomes[0]?.undeliveredCount).toBe(3);
  });

  it('can be given up from outside, shortly after which an exporter that goes on is ignored', () => {
    const { batch, outcomes } = start(() => {});
    batch.giveUp(boom);
    batch.giveUp(new Error('again'));
    expect(outcomes).toEqual([]);
    jest.advanceTimersByTime(1);
    expect(outcomes).toEqual([none(boom)]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('is that of an exporter that ends when it is given up, with its own reason', () => {
    const refused = new Error('refused');
    let reason: unknown;
    const { batch, outcomes } = start((callback, _spans, { signal }) => {
      signal.addEventListener('abort', () => {
        reason = signal.reason;
        callback({ code: 1, error: refused });
      });
    });
    batch.giveUp(boom);
    expect(reason).toBe(boom);
    expect(outcomes).toEqual([none(refused)]);
    expect(jest.getTimerCount()).toBe(0);
  });

  it('follows all further tries, none of which is heard after it', () => {
    const { retries } = start((callback, _spans, { onRetry }) => {
      onRetry(boom);
      callback(SUCCESS);
      onRetry(new Error('late'));
    });
    expect(retries).toEqual([boom]);
  });

  it('exports where nothing is traced', () => {
    let suppressed = false;
    start(() => {
      suppressed = contextStorage.active().suppressed;
    });
    expect(suppressed).toBe(true);
  });

  it.each([
    ['resolves', (): Promise<void> => Promise.resolve()],
    ['rejects', (): Promise<void> => Promise.reject(boom)],
  ])('waits for resources that still find out about themselves, until that %s', async (_, wait) => {
    const resource = { attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: wait };
    const span = { ...endedSpans(1)[0], resource } as unknown as ReadableSpan;
    let isExported = false;
    const { outcomes } = start(
      (callback) => {
        isExported = true;
        callback(SUCCESS);
      },
      [span, span, span],
    );
    expect(isExported).toBe(false);
    await new Promise(process.nextTick);
    await Promise.resolve();
    expect(isExported).toBe(true);
    expect(outcomes).toEqual([ALL]);
  });

  it('exports no more what was given up while its resource was waited for', async () => {
    let finish = (): void => {};
    const waiting = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const resource = { asyncAttributesPending: true, waitForAsyncAttributes: () => waiting };
    const span = { ...endedSpans(1)[0], resource } as unknown as ReadableSpan;
    let isExported = false;
    const { batch, outcomes } = start(() => {
      isExported = true;
    }, [span]);
    batch.giveUp(boom);
    finish();
    await new Promise(process.nextTick);
    await Promise.resolve();
    expect(isExported).toBe(false);
    expect(outcomes).toHaveLength(1);
  });

  it('has one outcome of a resource that throws instead of waiting', () => {
    const resource = {
      asyncAttributesPending: true,
      waitForAsyncAttributes: () => {
        throw boom;
      },
    };
    const span = { ...endedSpans(1)[0], resource } as unknown as ReadableSpan;
    expect(start((callback) => callback(SUCCESS), [span, span, span]).outcomes).toEqual([
      none(boom),
    ]);
    expect(jest.getTimerCount()).toBe(0);
  });
});
