import { describe, expect, it } from '@jest/globals';
import { BatchOfSpans, pendingOf } from '../../../lib/delivery/export-batch.js';
import type { SpanExporter } from '../../../lib/export/index.js';
import type { ReadableSpan } from '../../../lib/trace/index.js';
import { endedSpans } from '../../support/span-source.js';

type Resource = ReadableSpan['resource'];

const complete = { attributes: {} } as Resource;
const pendingResource = (wait?: () => Promise<void>): Resource =>
  ({ attributes: {}, asyncAttributesPending: true, waitForAsyncAttributes: wait }) as Resource;

describe('BatchOfSpans', () => {
  it('hands its spans to the exporter, and back what that returns', () => {
    const seen: unknown[] = [];
    const exporter = {
      export: (...args: unknown[]) => seen.push(...args),
      shutdown: () => Promise.resolve(),
    } as unknown as SpanExporter;
    const spans = endedSpans(2);
    const batch = new BatchOfSpans(exporter, spans);
    const callback = (): void => {};
    expect(batch.size).toBe(2);
    expect(batch.export(callback)).toBe(2);
    expect(seen).toEqual([spans, callback]);
    expect(batch.pending).toBeUndefined();
  });

  it('waits once for each resource that is not complete', async () => {
    let waits = 0;
    const first = pendingResource(async () => void waits++);
    const second = pendingResource(async () => void waits++);
    const spans = [first, complete, first, second].map((resource) => ({ resource }));
    const batch = new BatchOfSpans({} as SpanExporter, spans as ReadableSpan[]);
    await Promise.all(batch.pending as Promise<void>[]);
    expect(waits).toBe(2);
  });
});

describe('pendingOf', () => {
  it('tells of nothing where all is complete, or where there is no resource', () => {
    expect(pendingOf([complete, undefined as unknown as Resource])).toBeUndefined();
  });

  it('does not wait for a resource that cannot be waited for', async () => {
    expect(await Promise.all(pendingOf([pendingResource()]) as Promise<void>[])).toHaveLength(1);
  });
});
