import { once } from 'node:events';
import { Duplex, PassThrough, Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { StreamableFile } from '@nestjs/common';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';

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
const recorded = () => traceAsText(tracing.recorder.takeSpans(), { events: true });
const isOpen = () => tracing.recorder.openSpans.length === 1;

/** Fails after its first chunk. */
function failing(): Readable {
  return Readable.from(
    (async function* () {
      yield 'a';
      throw new Error('broken');
    })(),
  );
}

describe('a stream', () => {
  it('ends the span when it has been read to its end', async () => {
    const source = Readable.from(['a', 'b']);
    const stream = work(() => source);
    expect(stream).toBe(source);
    expect(isOpen()).toBe(true);
    expect(await stream.toArray()).toEqual(['a', 'b']);
    expect(recorded()).toBe('work');
  });

  it('is not read by tracing', async () => {
    const stream = work(() => Readable.from(['a']));
    await new Promise(setImmediate);
    expect([stream.readableFlowing, stream.readableDidRead, isOpen()]).toEqual([null, false, true]);
    stream.destroy();
    await once(stream, 'close');
    expect(recorded()).toBe('work (event "closed early")');
  });

  it('ends the span as failed when it fails half-way', async () => {
    const stream = work(failing);
    const errors: unknown[] = [];
    stream.on('error', (error) => errors.push(error)).resume();
    await new Promise((resolve) => stream.once('close', resolve));
    expect(errors).toEqual([new Error('broken')]);
    expect(recorded()).toBe('work error.type=Error ERROR "broken" exception Error');
  });

  it('that fails unheard throws as without tracing', async () => {
    const stream = work(failing);
    const thrown = new Promise((resolve) => {
      const { emit } = stream;
      stream.emit = (event: string, ...args: unknown[]) => {
        if (event === 'error') expect(stream.listenerCount('error')).toBe(0);
        try {
          return emit.call(stream, event, ...args);
        } catch (error) {
          resolve(error);
          return true;
        }
      };
    });
    stream.resume();
    expect(String(await thrown)).toContain('broken');
    expect(recorded()).toBe('work error.type=Error ERROR "broken" exception Error');
  });

  it('ends the span at once where it is over already', async () => {
    const destroyed = Readable.from(['a']);
    destroyed.on('error', () => {}).destroy(new Error('broken'));
    await finished(destroyed).catch(() => {});
    work(() => destroyed);
    expect(recorded()).toBe('work error.type=Error ERROR "broken" exception Error');
    const read = Readable.from(['a']);
    await read.toArray();
    work(() => read);
    expect(recorded()).toBe('work');
  });

  it.each<[string, () => Readable]>([
    ['made from an iterable', () => Duplex.from(['a', 'b'])],
    ['composed of others', () => Readable.from(['a', 'b']).compose(new PassThrough()) as Readable],
  ])(
    'that is a Duplex which cannot be written to ends the span when it has been read: %s',
    async (_, create) => {
      const stream = work(create);
      expect(isOpen()).toBe(true);
      expect((await stream.toArray()).join('')).toBe('ab');
      expect(recorded()).toBe('work');
    },
  );

  it('of a StreamableFile ends the span when it has been read', async () => {
    const file = new StreamableFile(Readable.from(['a']));
    expect(work(() => file)).toBe(file);
    expect(isOpen()).toBe(true);
    await file.getStream().toArray();
    expect(recorded()).toBe('work');

    const text = await tracing.tracer.trace(
      'work',
      async () => new StreamableFile(Buffer.from('a')),
    );
    expect(isOpen()).toBe(true);
    text.getStream().resume();
    await finished(text.getStream());
    expect(recorded()).toBe('work');
  });

  it('ends the spans of all operations that hand it on', async () => {
    const stream = await tracing.tracer.trace('outer', async () =>
      work(() => Readable.from(['a'])),
    );
    expect(tracing.recorder.openSpans).toHaveLength(2);
    await stream.toArray();
    expect(recorded()).toBe('outer\n  work');
  });
});
