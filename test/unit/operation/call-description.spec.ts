import { PassThrough } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lastValueFrom, type Observable, throwError } from 'rxjs';
import { contextStorage } from '../../../lib/context/index.js';
import { type CallDescription, callInSpan } from '../../../lib/operation/index.js';
import { createTestTracing, type TestTracing } from '../../../lib/testing/index.js';

/** Records an error as an attribute. */
const DESCRIPTION: CallDescription = {
  arguments() {},
  result() {},
  error: (span, error) => void span.setAttribute('seen', String(error)),
};

/** A query that starts when it is awaited. */
class Query {
  // biome-ignore lint/suspicious/noThenProperty: the subject of the test
  then(_: unknown, onRejected: (error: unknown) => void): void {
    onRejected('broken');
  }
}

function* generator(): Generator<number> {
  yield 1;
  throw 'broken';
}

async function* asyncGenerator(): AsyncGenerator<number> {
  yield 1;
  throw 'broken';
}

const rejects = async (work: PromiseLike<unknown>): Promise<void> => {
  await expect(Promise.resolve(work)).rejects.toBe('broken');
};

async function drain(values: AsyncIterable<unknown>): Promise<void> {
  for await (const _ of values);
}

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});
afterEach(() => tracing.close());

describe('the description of a call', () => {
  const call = <T>(fn: () => T): T => {
    const active = contextStorage.active();
    return callInSpan(tracing.tracer.startSpan('work'), active, fn, undefined, [], DESCRIPTION);
  };

  it.each<[string, () => Promise<void> | void]>([
    [
      'the function',
      () =>
        expect(() =>
          call(() => {
            throw 'broken';
          }),
        ).toThrow(),
    ],
    ['its promise', () => rejects(call(() => Promise.reject('broken')))],
    ['its query', () => rejects(call(() => new Query() as unknown as PromiseLike<never>))],
    ['its generator', () => expect(() => [...call(generator)]).toThrow()],
    ['its async generator', () => rejects(drain(call(asyncGenerator)))],
    [
      'its Observable',
      () => rejects(lastValueFrom(call((): Observable<never> => throwError(() => 'broken')))),
    ],
    [
      'its stream',
      async () => {
        const stream = call(() => new PassThrough());
        const failed = new Promise((resolve) => stream.once('error', resolve));
        stream.destroy('broken' as never);
        expect(await failed).toBe('broken');
      },
    ],
    [
      'a stream that has failed',
      async () => {
        const stream = new PassThrough();
        stream.on('error', () => {}).destroy('broken' as never);
        await new Promise((resolve) => stream.once('close', resolve));
        call(() => stream);
      },
    ],
  ])('records the error of %s', async (_, fail) => {
    await fail();
    const { attributes, status, events } = tracing.recorder.takeSpan();
    expect([attributes, status.code, events]).toEqual([{ seen: 'broken' }, 0, []]);
  });

  it('records the error of each subscription', async () => {
    const failing = call((): Observable<never> => throwError(() => 'broken'));
    await rejects(lastValueFrom(failing));
    await rejects(lastValueFrom(failing));
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ attributes }) => attributes)).toEqual([
      { seen: 'broken' },
      { seen: 'broken' },
    ]);
  });

  it('belongs to one span, if several wait for the same result', () => {
    const iterator = generator();
    const active = contextStorage.active();
    callInSpan(tracing.tracer.startSpan('plain'), active, () => iterator, undefined, []);
    expect(() => [...call(() => iterator)]).toThrow();
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ name, status }) => [name, status.code])).toEqual([
      ['plain', 2],
      ['work', 0],
    ]);
  });
});
