import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Attributes } from '@opentelemetry/api';
import { of } from 'rxjs';
import { Traced } from '../../../lib/decorators/index.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';
import { LazyQuery } from '../../support/lazy-query.js';
import { unhandledRejectionsOf } from '../../support/unhandled-rejections.js';

const HIDDEN = 'its attributes are not recorded';

class Shard {
  readonly shard = 3;

  @Traced({
    attributes(this: Shard, id: string, ...rest: number[]): Attributes {
      return { shard: this.shard, id, rest };
    },
  })
  find(id: string, ..._rest: number[]): string {
    return id;
  }

  @Traced({
    attributes: () => {
      throw new Error('no attributes');
    },
    resultAttributes: () => {
      throw new Error('no result attributes');
    },
  })
  careless(argument: string): string {
    return argument;
  }

  @Traced({ attributes: () => undefined, resultAttributes: () => undefined })
  silent(): void {}

  @Traced({
    attributes: (list: string[]) => {
      list.push('touched');
      return { list };
    },
  })
  list(list: string[]): number {
    return list.length;
  }

  @Traced({
    resultAttributes(this: Shard, result: unknown): Attributes {
      return { shard: this.shard, type: typeof result };
    },
  })
  give<T>(result: T): T {
    return result;
  }

  @Traced({ resultAttributes: () => ({ done: true }) })
  fail(): never {
    throw new Error('failed');
  }
}

describe('the attributes function of Traced', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  it('gets the arguments of the call and its `this`', () => {
    expect(new Shard().find('A-1', 1, 2)).toBe('A-1');
    expect(tracing.recorder.takeSpan().attributes).toEqual({ shard: 3, id: 'A-1', rest: [1, 2] });
  });

  it('may return nothing', () => {
    new Shard().silent();
    expect(tracing.recorder.takeSpan().attributes).toEqual({});
    expect(tracing.warnings).toEqual([]);
  });

  it('is reported once for each method when it throws, and the call goes on', () => {
    const shard = new Shard();
    expect([1, 2, 3].map(() => shard.careless('A-1'))).toEqual(['A-1', 'A-1', 'A-1']);
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ attributes }) => attributes)).toEqual([{}, {}, {}]);
    expect(tracing.warnings).toEqual([
      `The attributes of @Traced() on Shard.careless threw; ${HIDDEN}: Error: no attributes`,
      `The resultAttributes of @Traced() on Shard.careless threw; ${HIDDEN}: Error: no result attributes`,
    ]);
    expect(Object.values(tracing.tracer.diagnostics.counts())).toEqual([3, 3]);
  });
});

describe('the resultAttributes function of Traced', () => {
  let tracing: TestTracing;

  beforeEach(() => {
    tracing = createTestTracing();
  });

  afterEach(() => {
    tracing.close();
    tracing.recorder.verify();
  });

  it('gets what was returned and the `this` of the call', () => {
    expect(new Shard().give('A-1')).toBe('A-1');
    expect(tracing.recorder.takeSpan().attributes).toEqual({ shard: 3, type: 'string' });
  });

  it('gets what the promise resolved to, before the span ends', async () => {
    expect(await new Shard().give(Promise.resolve(7))).toBe(7);
    expect(tracing.recorder.takeSpan().attributes).toEqual({ shard: 3, type: 'number' });
    expect(tracing.warnings).toEqual([]);
  });

  it('gets the Observable itself', () => {
    new Shard().give(of(1)).subscribe();
    expect(tracing.recorder.takeSpan().attributes).toEqual({ shard: 3, type: 'object' });
  });

  it('is not called for a failure, which passes as it is', async () => {
    const shard = new Shard();
    const failure = new Error('sold out');
    expect(() => shard.fail()).toThrow('failed');
    await expect(shard.give(Promise.reject(failure))).rejects.toBe(failure);
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { 'error.type': 'Error' },
      { 'error.type': 'Error' },
    ]);
  });

  it('does not make a rejection count as handled', async () => {
    const failure = new Error('forgotten');
    const reasons = await unhandledRejectionsOf(() => {
      void new Shard().give(Promise.reject(failure));
    });
    expect(reasons).toEqual([failure]);
    tracing.recorder.takeSpan('Shard.give');
  });

  it('does no harm to a result that refuses to be asked', () => {
    const settings = new Proxy(
      {},
      {
        get: (_target, key) => {
          throw new Error(`no such setting: ${String(key)}`);
        },
      },
    );
    expect(Object.is(new Shard().give(settings), settings)).toBe(true);
    expect(tracing.recorder.takeSpan().attributes).toEqual({});
    expect(tracing.warnings).toEqual([
      `The result of Shard.give threw; ${HIDDEN}: Error: no such setting: then`,
    ]);
  });

  it('leaves a thenable alone, which may start its work when it is asked', async () => {
    const query = new LazyQuery(() => ['A-1']);
    const given = new Shard().give(query);
    expect(query.starts).toBe(0);
    expect(await given).toEqual(['A-1']);
    expect(query.starts).toBe(1);
    expect(tracing.recorder.takeSpan().attributes).toEqual({});
  });
});
