import { describe, expect, it } from '@jest/globals';
import { SpanRecorder, strictTracing } from '../../../lib/testing/index.js';
import {
  hasKnownStart,
  noteOrigin,
  startsAsText,
  wholeTracesOf,
} from '../../../lib/testing/span-origins.js';
import { plainText } from '../../support/trace-matchers.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

// Has recorders capture the code that starts a span.
strictTracing(() => undefined);

const createTracing = tracingsOfTest();
const names = (spans: readonly { name: string }[]): string[] => spans.map(({ name }) => name);

describe('wholeTracesOf', () => {
  it('has all spans of the same traces that the recorders hold', () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('outer', () => {
      tracer.trace('inner', () => undefined);
      tracer.startSpan('open');
    });
    tracer.trace('another trace', () => undefined);
    const [inner] = recorder.spans;
    expect(names(wholeTracesOf(inner === undefined ? [] : [inner])).sort()).toEqual([
      'inner',
      'open',
      'outer',
    ]);
    expect(wholeTracesOf([])).toEqual([]);
  });

  it('keeps spans that no recorder holds', () => {
    const { tracer, recorder } = createTracing();
    tracer.trace('work', () => undefined);
    const spans = recorder.takeSpans();
    recorder.reset();
    expect(wholeTracesOf(spans)).toEqual(spans);
  });
});

describe('startsAsText', () => {
  it('names the line of the code that started each span', () => {
    const { tracer, recorder } = createTracing();
    tracer.startSpan('first').end();
    tracer.startSpan('second').end();
    const text = startsAsText(recorder.spans);
    expect(plainText(text)).toBe(
      'first: started at span-origins.spec.ts\nsecond: started at span-origins.spec.ts',
    );
    const lines = [...text.matchAll(/spec\.ts:(\d+):/g)].map(([, line]) => Number(line));
    expect((lines[1] as number) - (lines[0] as number)).toBe(1);
  });

  it('is the name alone where the start is not known', () => {
    const span = { name: 'work' } as never;
    expect(startsAsText([span])).toBe('work');
    noteOrigin(span, new SpanRecorder(), false);
    expect(startsAsText([span])).toBe('work');
    expect(hasKnownStart(span)).toBe(false);
  });

  it('says that no code of the application did', async () => {
    const span = { name: 'work' };
    await new Promise<void>((resolve) => {
      setImmediate(noteOrigin, span, new SpanRecorder(), true);
      setImmediate(resolve);
    });
    expect(startsAsText([span as never])).toBe('work: started outside the code of the application');
  });

  it('names the code that called a package', () => {
    const { tracer, recorder } = createTracing();
    const { prepareStackTrace } = Error;
    Error.prepareStackTrace = () =>
      'Error\n  at query (/app/node_modules/pg/client.js:1:2)\n  at place (/app/orders.ts:3:4)';
    tracer.startSpan('SELECT orders').end();
    Error.prepareStackTrace = prepareStackTrace;
    expect(startsAsText(recorder.spans)).toBe(
      'SELECT orders: started at place (/app/orders.ts:3:4)',
    );
  });
});
