import { describe, expect, it } from '@jest/globals';
import DataLoader from 'dataloader';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { tracedDataLoader } from '../../../lib/graphql/traced-data-loader.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

describe('tracedDataLoader', () => {
  const createTracing = tracingsOfTest();
  const double = async (keys: readonly number[]): Promise<number[]> => keys.map((key) => 2 * key);

  it('links a batch to all spans that wait for it, each once', async () => {
    const { tracer, recorder } = createTracing();
    const loader = tracedDataLoader('load', double, (batch) => new DataLoader(batch));
    const values = await Promise.all([
      tracer.trace('first', {}, () => loader.load(1)),
      tracer.trace('second', {}, () => Promise.all([loader.load(2), loader.load(3)])),
      tracer.trace('third', {}, () => loader.loadMany([3, 4])),
    ]);
    expect(values).toEqual([2, [4, 6], [6, 8]]);
    expect(
      traceAsText(recorder.takeSpans(), { attributes: ['nestjs.graphql.batch.size'], links: true }),
    ).toBe(
      'first\n  load nestjs.graphql.batch.size=4 (link to second) (link to third)\n\nsecond\n\nthird',
    );
  });

  it('forgets spans whose value came from the cache', async () => {
    const { tracer, recorder } = createTracing();
    const loader = tracedDataLoader('load', double, (batch) => new DataLoader(batch));
    await tracer.trace('first', {}, () => loader.load(1));
    await tracer.trace('cached', {}, () => loader.load(1));
    loader.clear(1);
    await tracer.trace('again', {}, () => loader.load(1));
    expect(traceAsText(recorder.takeSpans(), { attributes: false, links: true })).toBe(
      'first\n  load\n\ncached\n\nagain\n  load',
    );
  });

  it('records a failed batch, and passes it on to all that wait', async () => {
    const { tracer, recorder } = createTracing();
    const error = new TypeError('wrong');
    const failing = async (_: readonly number[]): Promise<number[]> => {
      throw error;
    };
    const loader = tracedDataLoader('load', failing, (batch) => new DataLoader(batch));
    const results = await Promise.allSettled([loader.load(1), loader.load(2)]);
    expect(results).toEqual([
      { status: 'rejected', reason: error },
      { status: 'rejected', reason: error },
    ]);
    expect(tracer.activeSpan).toBeUndefined();
    expect(recorder.takeSpan('load').status.message).toBe('wrong');
  });

  it('has no span without tracing', async () => {
    const { recorder } = createTracing();
    const loader = tracedDataLoader('load', double, (batch) => new DataLoader(batch));
    expect(await contextStorage.run(TracingContext.SUPPRESSED, () => loader.load(1))).toBe(2);
    expect(recorder.takeSpans()).toEqual([]);
  });
});
