import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SpanKind } from '@opentelemetry/api';
import {
  BehaviorSubject,
  concat,
  concatMap,
  EMPTY,
  firstValueFrom,
  from,
  isObservable,
  lastValueFrom,
  map,
  NEVER,
  Observable,
  of,
  ReplaySubject,
  retry,
  Subject,
  share,
  take,
  throwError,
  timeout,
  toArray,
} from 'rxjs';
import { contextStorage } from '../../../lib/context/index.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import {
  createTestTracing,
  dedent,
  type TestTracing,
  traceAsText,
} from '../../../lib/testing/index.js';

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
  expect(tracing.warnings).toEqual([]);
});

const work = <T>(fn: () => T): T => tracing.tracer.trace('work', fn);
const child = (name: string): void => tracing.tracer.trace(name, () => {});
const recorded = () => traceAsText(tracing.recorder.takeSpans(), { events: true });
const isOpen = () => tracing.recorder.openSpans.length === 1;

describe('an Observable', () => {
  it('is an Observable, is not subscribed to before the caller does, and emits the same', async () => {
    let subscriptions = 0;
    const stream = work(
      () =>
        new Observable<number>((subscriber) => {
          subscriptions++;
          subscriber.next(1);
          subscriber.next(2);
          subscriber.complete();
        }),
    );
    expect(isObservable(stream)).toBe(true);
    expect(stream).toBeInstanceOf(Observable);
    expect(subscriptions).toBe(0);
    expect(await lastValueFrom(stream.pipe(toArray()))).toEqual([1, 2]);
    expect(subscriptions).toBe(1);
    expect(recorded()).toBe('work');
  });

  it('ends the span when it completes', () => {
    const source = new Subject<number>();
    let isCompleted = false;
    work(() => source.asObservable()).subscribe({ complete: () => (isCompleted = true) });
    source.next(1);
    expect(isOpen()).toBe(true);
    source.complete();
    expect(isCompleted).toBe(true);
    expect(recorded()).toBe('work');
  });

  it('ends the span when it completes without a value', async () => {
    expect(await lastValueFrom(work(() => EMPTY.pipe(toArray())))).toEqual([]);
    expect(recorded()).toBe('work');
  });

  it('ends the span as failed when it fails, with the same error', () => {
    const failure = new RangeError('sold out');
    const errors: unknown[] = [];
    work(() => throwError(() => failure)).subscribe({ error: (error) => errors.push(error) });
    expect(errors).toEqual([failure]);
    expect(recorded()).toBe('work error.type=RangeError ERROR "sold out" exception RangeError');
  });

  it('ends the span as failed when subscribing to it throws', async () => {
    const failure = new Error('no connection');
    const stream = work(
      () =>
        new Observable(() => {
          throw failure;
        }),
    );
    await expect(firstValueFrom(stream)).rejects.toBe(failure);
    expect(recorded()).toBe('work error.type=Error ERROR "no connection" exception Error');
  });

  it('ends the span without an error when it is unsubscribed, which reaches the source', () => {
    let isTornDown = false;
    const stream = work(() => new Observable(() => () => (isTornDown = true)));
    const subscription = stream.subscribe();
    expect(isOpen()).toBe(true);
    subscription.unsubscribe();
    expect(isTornDown).toBe(true);
    expect(recorded()).toBe('work (event unsubscribed)');
  });

  it('ends the span when its consumer has enough', async () => {
    const stream = work(() => concat(of(1, 2, 3), NEVER));
    expect(await firstValueFrom(stream)).toBe(1);
    expect(recorded()).toBe('work (event unsubscribed)');
  });

  it('is marked when a timeout unsubscribes it', async () => {
    const stream = work(() => NEVER).pipe(timeout(1));
    await expect(lastValueFrom(stream)).rejects.toThrow('Timeout');
    expect(recorded()).toBe('work (event unsubscribed)');
  });

  it('tells a source that emits at once when nobody wants any more', () => {
    let emitted = 0;
    const stream = work(
      () =>
        new Observable<number>((subscriber) => {
          while (!subscriber.closed && emitted < 100) subscriber.next(++emitted);
        }),
    );
    const values: number[] = [];
    stream.pipe(take(2)).subscribe((value) => values.push(value));
    expect(values).toEqual([1, 2]);
    expect(emitted).toBe(2);
    expect(recorded()).toBe('work (event unsubscribed)');
  });

  it('has a span for each subscription', async () => {
    let subscriptions = 0;
    const stream = work(
      () =>
        new Observable<number>((subscriber) => {
          subscriber.next(++subscriptions);
          child(`subscription ${subscriptions}`);
          subscriber.complete();
        }),
    );
    expect(await firstValueFrom(stream.pipe(toArray()))).toEqual([1]);
    expect(await firstValueFrom(stream.pipe(toArray()))).toEqual([2]);
    expect(recorded()).toBe('work\n  subscription 1\n\nwork\n  subscription 2');
  });

  it('gives later spans the parent where it is subscribed to, kind and attributes', () => {
    const stream = tracing.tracer.trace(
      'work',
      { kind: SpanKind.CLIENT, attributes: { sku: 'A-1' } },
      () => of(1),
    );
    stream.subscribe();
    tracing.tracer.trace('later', () => stream.subscribe());
    expect(traceAsText(tracing.recorder.takeSpans())).toBe(dedent`
      work [client] sku=A-1

      later
        work [client] sku=A-1
    `);
  });

  it('runs as without tracing where a later trace is not sampled', () => {
    const stream = work(() => of(1));
    stream.subscribe();
    const { tracer, close, recorder } = createTestTracing({ sampler: new AlwaysOffSampler() });
    const values: number[] = [];
    tracer.trace('unsampled', () => stream.subscribe((value) => values.push(value)));
    close();
    expect([values, recorder.takeSpans()]).toEqual([[1], []]);
    expect(recorded()).toBe('work');
  });

  it('may be retried: each attempt has a span', async () => {
    let attempts = 0;
    const stream = work(
      () =>
        new Observable<number>((subscriber) => {
          if (++attempts === 1) subscriber.error(new Error('busy'));
          else subscriber.next(attempts);
        }),
    );
    expect(await firstValueFrom(stream.pipe(retry(1)))).toBe(2);
    expect(recorded()).toBe(dedent`
      work error.type=Error ERROR "busy" exception Error

      work (event unsubscribed)
    `);
  });

  it('may be retried and run into a timeout each time, and no span stays live', async () => {
    const { core } = tracing.provider;
    const stream = work(() => NEVER).pipe(timeout(1), retry(2));
    await expect(lastValueFrom(stream)).rejects.toThrow('Timeout');
    expect(recorded()).toBe(Array(3).fill('work (event unsubscribed)').join('\n\n'));
    expect([core.startedCount, core.endedCount]).toEqual([3, 3]);
  });

  it('is the parent of what runs inside, also later', async () => {
    const stream = work(() =>
      from([1, 2]).pipe(
        concatMap(async (value) => {
          await Promise.resolve();
          child(`item ${value}`);
          return value;
        }),
      ),
    );
    await lastValueFrom(stream);
    expect(recorded()).toBe('work\n  item 1\n  item 2');
  });

  it('is not the parent of what its consumer does', async () => {
    const stream = work(() => from([1, 2]).pipe(concatMap(async (value) => value)));
    await tracing.tracer.trace('consumer', () =>
      lastValueFrom(
        concat(
          stream.pipe(map((value) => child(`got ${value}`))),
          new Observable((subscriber) => {
            child('next in line');
            subscriber.complete();
          }),
        ),
      ),
    );
    expect(recorded()).toBe(dedent`
      work

      consumer
        got 1
        got 2
        next in line
    `);
  });

  it('is not the parent of what its consumer does with a failure', async () => {
    const stream = work(() => from(Promise.reject(new Error('busy'))));
    await new Promise<void>((resolve) => {
      stream.subscribe({
        error: () => {
          child('handler');
          resolve();
        },
      });
    });
    expect(recorded()).toBe('work error.type=Error ERROR "busy" exception Error\n\nhandler');
  });

  it('leaves the context of the subscriber as it was', () => {
    work(() => of(1)).subscribe();
    expect(contextStorage.active().span).toBeUndefined();
    tracing.recorder.takeSpan();
  });

  it('may be shared: a source that is over is subscribed to anew', async () => {
    const stream = work(() => of(1)).pipe(share());
    expect(await Promise.all([firstValueFrom(stream), firstValueFrom(stream)])).toEqual([1, 1]);
    const spans = tracing.recorder.takeSpans();
    expect(traceAsText(spans)).toBe('work\n\nwork');
  });

  it('ends the span for a consumer that was closed before', () => {
    const stream = work(() => of(1));
    const closed = of(1).subscribe();
    expect(closed.closed).toBe(true);
    stream.subscribe(closed as never);
    expect(recorded()).toBe('work (event unsubscribed)');
  });
});

describe('a Subject', () => {
  it.each([
    ['Subject', new Subject<number>()],
    ['BehaviorSubject', new BehaviorSubject(1)],
    ['ReplaySubject', new ReplaySubject<number>(1)],
  ])('of class %s ends the span at once, and is handed on itself', (_, subject) => {
    expect(work(() => subject)).toBe(subject);
    expect(recorded()).toBe('work');
  });
});
