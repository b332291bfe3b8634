import { beforeEach, describe, expect, it } from '@jest/globals';
import { ForbiddenException } from '@nestjs/common';
import {
  firstValueFrom,
  isObservable,
  lastValueFrom,
  map,
  NEVER,
  of,
  Subject,
  take,
  throwError,
} from 'rxjs';
import { contextStorage, type LocalTracer } from '../../../lib/context/index.js';
import {
  type CalledStage,
  type StageMethod,
  traceStage,
} from '../../../lib/lifecycle/traced-stage.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const execution = { getClass: () => ({ name: 'Desk' }), getHandler: () => ({ name: 'find' }) };

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTracing();
});

/** Runs a stage inside of a request. */
function call(stage: CalledStage, method: StageMethod, ...args: unknown[]): unknown {
  const traced = traceStage(method, stage, 'Own', 'run', [tracing.tracer]);
  const request = tracing.tracer.startSpan('request');
  const context = contextStorage.active().withSpan(request);
  try {
    return contextStorage.call(context, traced as never, undefined, args);
  } finally {
    request.end();
  }
}

/** The trace without the line of the request. */
function recorded(): string {
  const [, ...lines] = traceAsText(tracing.recorder.takeSpans(), { events: true }).split('\n');
  return lines.map((line) => line.trim()).join('\n');
}

const HANDLER = 'nestjs.callback=find nestjs.controller=Desk';

describe('every stage', () => {
  it.each([
    ['guard', 'nestjs.type=guard'],
    ['pipe', 'nestjs.type=pipe'],
    ['interceptor', 'nestjs.type=interceptor'],
    ['handler', 'nestjs.callback=run nestjs.controller=Own nestjs.type=handler'],
    ['exception_filter', 'nestjs.type=exception_filter'],
  ] as const)('calls the method of a %s with this and arguments, in its span', (stage, shown) => {
    const self = {};
    const traced = traceStage(
      function (this: unknown, ...args) {
        return [this, args.length, tracing.tracer.activeSpan?.isRecording()];
      },
      stage,
      'Own',
      'run',
      [tracing.tracer],
    );
    const result = tracing.tracer.trace('request', () => traced.call(self, 1, 2, 3));
    expect(result).toEqual([self, 3, true]);
    expect(recorded()).toBe(`Own.run ${shown}`);
  });

  it.each(['guard', 'pipe', 'interceptor', 'handler', 'exception_filter'] as const)(
    'throws and rejects what a %s throws and rejects',
    async (stage) => {
      const error = new TypeError('oops');
      const fail = (): never => {
        throw error;
      };
      expect(() => call(stage, fail)).toThrow(error);
      expect(recorded()).toMatch(/error.type=TypeError .* ERROR "oops" exception TypeError$/);
      const answer = new ForbiddenException('no');
      await expect(call(stage, async () => Promise.reject(answer))).rejects.toBe(answer);
      expect(recorded()).toMatch(/nestjs.type=\w+ exception ForbiddenException "no"$/);
    },
  );

  it.each(['guard', 'pipe', 'interceptor', 'handler', 'exception_filter'] as const)(
    'calls a %s without a span outside of a trace and in an unsampled one',
    (stage) => {
      const off = createTracing({ sampler: new AlwaysOffSampler() }).tracer;
      const tracers: LocalTracer[] = [off, tracing.tracer];
      const next = { handle: () => of(1) };
      const traced = traceStage((...args) => args, stage, 'Own', 'run', tracers);
      expect(traced(execution, next)).toEqual([execution, next]);
      off.trace('request', () => expect(traced(execution, next)).toEqual([execution, next]));
      expect(tracing.recorder.takeSpans()).toEqual([]);
    },
  );

  it('has the name of the method if the object has no class', () => {
    const traced = traceStage(() => true, 'guard', '', 'canActivate', [tracing.tracer]);
    tracing.tracer.trace('request', () => traced());
    expect(recorded()).toBe('canActivate nestjs.guard.allowed=true nestjs.type=guard');
  });
});

describe('a guard', () => {
  it.each([
    ['a boolean', () => false],
    ['a promise', async () => false],
    ['an Observable', () => of(true, false)],
  ])('shows its decision: %s', async (_, method) => {
    const result = call('guard', method, execution);
    expect(isObservable(result) ? await lastValueFrom(result) : await result).toBe(false);
    expect(recorded()).toBe(`Own.run ${HANDLER} nestjs.guard.allowed=false nestjs.type=guard`);
  });

  it('keeps other results, and the errors of an Observable', async () => {
    expect(call('guard', () => 'yes', execution)).toBe('yes');
    expect(recorded()).toBe(`Own.run ${HANDLER} nestjs.type=guard`);
    const failing = call('guard', () => throwError(() => new ForbiddenException('no')));
    await expect(firstValueFrom(failing as never)).rejects.toThrow('no');
    expect(recorded()).toBe('Own.run nestjs.type=guard exception ForbiddenException "no"');
  });
});

describe('a pipe', () => {
  it.each([
    [{ type: 'param', data: 'id' }, 'nestjs.pipe.parameter=param.id '],
    [{ type: 'body', data: undefined }, 'nestjs.pipe.parameter=body '],
    [{ type: 'custom', data: { any: 1 } }, 'nestjs.pipe.parameter=custom '],
    [undefined, ''],
    [null, ''],
  ])('shows its parameter: %j', (metadata, shown) => {
    expect(call('pipe', (value) => value, 7, metadata)).toBe(7);
    expect(recorded()).toBe(`Own.run ${shown}nestjs.type=pipe`);
  });
});

describe('an interceptor', () => {
  const intercept = (stage: (value: unknown) => unknown, next: unknown): unknown =>
    call(
      'interceptor',
      (_, handler) => (handler as { handle(): ReturnType<typeof of> }).handle().pipe(map(stage)),
      execution,
      next,
    );

  it('ends with its Observable, and shows when the handler starts and ends', async () => {
    const handler = new Subject<number>();
    const result = intercept((value) => Number(value) + 1, { handle: () => handler });
    const promise = lastValueFrom(result as never);
    expect(tracing.recorder.openSpans).toHaveLength(1);
    handler.next(1);
    handler.complete();
    expect(await promise).toBe(2);
    expect(recorded()).toBe(
      `Own.run ${HANDLER} nestjs.type=interceptor (event "next called") (event "next ended")`,
    );
  });

  it('maps the result in its own context', async () => {
    const seen = intercept(() => tracing.tracer.activeSpan?.spanContext().spanId, {
      handle: () => of(1),
    });
    const spanId = await lastValueFrom(seen as never);
    const spans = tracing.recorder.takeSpans();
    expect(spans.find(({ name }) => name === 'Own.run')?.spanContext().spanId).toBe(spanId);
  });

  it('passes an error of the handler through', async () => {
    const error = new RangeError('late');
    const result = intercept((value) => value, { handle: () => throwError(() => error) });
    await expect(lastValueFrom(result as never)).rejects.toBe(error);
    expect(recorded()).toMatch(/ERROR "late" exception RangeError .*\(event "next ended"\)$/);
  });

  it('shows that its Observable was left, and adds nothing after its end', async () => {
    const result = intercept((value) => value, { handle: () => of(1, 2) });
    expect(await firstValueFrom((result as ReturnType<typeof of>).pipe(take(1)))).toBe(1);
    expect(recorded()).toContain('(event unsubscribed)');
    const left = intercept((value) => value, { handle: () => NEVER }) as ReturnType<typeof of>;
    left.subscribe().unsubscribe();
    expect(recorded()).toContain('(event unsubscribed)');
    expect(tracing.warnings).toEqual([]);
  });
});

describe('a handler', () => {
  it('judges an exception of a stream of values as any other', async () => {
    async function* values(): AsyncGenerator<number> {
      yield 1;
      throw new ForbiddenException('no');
    }
    const result = call('handler', values) as AsyncGenerator<number>;
    await result.next();
    await expect(result.next()).rejects.toThrow('no');
    expect(recorded()).toMatch(/nestjs.type=handler exception ForbiddenException "no"$/);
  });
});

describe('a filter', () => {
  it('ends when it returns the Observable of its answer', async () => {
    const answer = throwError(() => 'the answer');
    expect(call('exception_filter', () => answer)).toBe(answer);
    expect(recorded()).toBe('Own.run nestjs.type=exception_filter');
  });
});
