import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it } from '@jest/globals';
import { ForbiddenException } from '@nestjs/common';
import { withBaggage } from '../../../lib/baggage/index.js';
import { contextStorage } from '../../../lib/context/index.js';
import { traceMiddleware } from '../../../lib/lifecycle/traced-middleware.js';
import type { StageMethod } from '../../../lib/lifecycle/traced-stage.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

type Next = (...values: unknown[]) => unknown;

const createTracing = tracingsOfTest();
let tracing: TestTracing;
let response: EventEmitter & { writableEnded?: boolean };

beforeEach(() => {
  tracing = createTracing();
  response = new EventEmitter();
});

function call(method: StageMethod, next: Next = () => {}): unknown {
  const traced = traceMiddleware(method, 'Own.use', [tracing.tracer]);
  return tracing.tracer.trace('request', () => traced.call(undefined, {}, response, next));
}

const recorded = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] });
const child = (name: string): void => tracing.tracer.trace(name, () => {});

describe('a middleware', () => {
  it('ends with next, which runs outside of its span', async () => {
    await (call(
      async (_request, _response, next) => {
        child('inside');
        await null;
        (next as Next)();
        child('late');
      },
      () => child('next'),
    ) as Promise<void>);
    expect(recorded()).toBe('request\n  Own.use\n    inside\n    late\n  next');
  });

  it('passes this, the values of next and its result on', () => {
    const self = {};
    const traced = traceMiddleware(
      function (this: unknown, request, _response, next) {
        return [this, request, (next as Next)('route', 2)];
      },
      'Own.use',
      [tracing.tracer],
    );
    const next: Next = (...values) => values;
    const result = tracing.tracer.trace('request', () => traced.call(self, 1, response, next));
    expect(result).toEqual([self, 1, ['route', 2]]);
    expect(recorded()).toBe('request\n  Own.use');
  });

  it('keeps the baggage that it sets', () => {
    let baggage: unknown;
    call(
      (_request, _response, next) => withBaggage({ tenant: 'a' }, next as () => void),
      () => {
        baggage = contextStorage.active().baggage?.getEntry('tenant')?.value;
        child('next');
      },
    );
    expect(baggage).toBe('a');
    expect(recorded()).toBe('request\n  Own.use\n  next');
  });

  it('records what it throws, rejects, or passes to next', async () => {
    const error = new TypeError('oops');
    const fail = (): never => {
      throw error;
    };
    expect(() => call(fail)).toThrow(error);
    expect(recorded()).toContain('Own.use error.type=TypeError ERROR "oops" exception TypeError');
    await expect(call(async () => fail())).rejects.toBe(error);
    expect(recorded()).toContain('Own.use error.type=TypeError ERROR');
    call((_request, _response, next) => (next as Next)(new ForbiddenException('no')));
    expect(recorded()).toContain('Own.use exception ForbiddenException "no"');
  });

  it.each([
    ['returns', () => {}],
    ['resolves', async () => {}],
  ])('ends when the response closes, if it %s without next', async (_, method) => {
    await call(method);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    response.emit('close');
    expect(recorded()).toBe('request\n  Own.use');
  });

  it('ends at once if the response has ended, or cannot be observed', () => {
    response.writableEnded = true;
    call(() => {});
    expect(recorded()).toBe('request\n  Own.use');
    response = {} as never;
    call(() => {});
    expect(recorded()).toBe('request\n  Own.use');
  });

  it('can call next after it has returned, and again', () => {
    let kept: Next | undefined;
    call((_request, _response, next) => {
      kept = next as Next;
    });
    kept?.();
    kept?.();
    response.emit('close');
    expect(recorded()).toBe('request\n  Own.use');
    expect(tracing.warnings).toEqual([]);
  });

  it('is called as it is without next, outside of a trace and in an unsampled one', () => {
    const off = createTracing({ sampler: new AlwaysOffSampler() }).tracer;
    const traced = traceMiddleware((...args) => args, 'Own.use', [off, tracing.tracer]);
    const next = (): void => {};
    expect(traced(1, 2, next)).toEqual([1, 2, next]);
    off.trace('request', () => expect(traced(1, 2, next)).toEqual([1, 2, next]));
    tracing.tracer.trace('request', () => expect(traced(1, 2)).toEqual([1, 2, undefined]));
    expect(recorded()).toBe('request');
  });
});
