import { describe, expect, it } from '@jest/globals';
import { CodePlace } from '../../../lib/decorators/code-place.js';
import { Traced } from '../../../lib/decorators/index.js';
import { PlacedOptions } from '../../../lib/decorators/traced-method.js';
import { createTestTracing } from '../../../lib/testing/index.js';

/** The place of its call, and the number of that line. */
function placeHere(): CodePlace {
  return new CodePlace(placeHere);
}

type PrepareStackTrace = typeof Error.prepareStackTrace;

/** Runs `fn` while stacks are made into text by `prepare`. */
function whilePreparing<T>(prepare: PrepareStackTrace, fn: () => T): T {
  const { prepareStackTrace } = Error;
  Error.prepareStackTrace = prepare;
  try {
    return fn();
  } finally {
    Error.prepareStackTrace = prepareStackTrace;
  }
}

describe('CodePlace', () => {
  it('is where the decorator is', () => {
    const [, line] = /code-place\.spec\.ts:(\d+)/.exec(String(new Error('').stack)) ?? [];
    const place = placeHere();
    expect(place.attributes).toEqual({
      'code.file.path': expect.stringMatching(
        /^\/.*\/test\/unit\/decorators\/code-place\.spec\.ts$/,
      ),
      'code.line.number': Number(line) + 1,
      'code.column.number': expect.any(Number),
    });
  });

  it('makes no text before it is asked for one, and only once', () => {
    let count = 0;
    const prepare: PrepareStackTrace = () => {
      count++;
      return 'Error\n    at run (file:///app/a%20b.js:3:7)';
    };
    whilePreparing(prepare, () => {
      const place = placeHere();
      expect(count).toBe(0);
      const attributes = {
        'code.file.path': '/app/a b.js',
        'code.line.number': 3,
        'code.column.number': 7,
      };
      expect([place.attributes, place.attributes]).toEqual([attributes, attributes]);
      expect(count).toBe(1);
    });
  });

  it.each<[string, string]>([
    ['Error\n    at Object.<anonymous> (/app/a.js:1:2)\n    at b (/app/b.js:3:4)', '/app/a.js'],
    ['Error\n    at /app/a.js:1:2', '/app/a.js'],
    ['Error\n    at new A (C:\\app\\a.js:1:2)', 'C:\\app\\a.js'],
    ['Error\n    at a (webpack-internal:///./src/a.ts:1:2)', 'webpack-internal:///./src/a.ts'],
  ])('reads %j', (stack, file) => {
    const { attributes } = whilePreparing(
      () => stack,
      () => {
        const place = placeHere();
        return { attributes: place.attributes };
      },
    );
    expect(attributes).toEqual({
      'code.file.path': file,
      'code.line.number': 1,
      'code.column.number': 2,
    });
  });

  it.each<[string, PrepareStackTrace]>([
    ['other values', () => [1]],
    ['other text', () => 'at home'],
    ['a file of another host', () => 'Error\n    at a (file://host/a.js:1:2)'],
    [
      'a failure',
      () => {
        throw new Error('broken');
      },
    ],
  ])('is empty for %s', (_case, prepare) => {
    expect(whilePreparing(prepare, () => placeHere().attributes)).toEqual({});
  });

  it('leaves the limit of stacks as it was, also where it cannot be changed', () => {
    const { stackTraceLimit } = Error;
    placeHere();
    expect(Error.stackTraceLimit).toBe(stackTraceLimit);
    Object.defineProperty(Error, 'stackTraceLimit', { writable: false });
    try {
      expect(placeHere().attributes).toHaveProperty(['code.line.number']);
    } finally {
      Object.defineProperty(Error, 'stackTraceLimit', { writable: true });
    }
  });
});

describe('PlacedOptions', () => {
  it('has the place only for a tracer whose spans a viewer shows, below what the user has set', async () => {
    const { tracer, close } = createTestTracing();
    const attributes = { 'code.line.number': 7, a: 1 };
    const options = new PlacedOptions({ attributes, root: true }, placeHere());
    expect(options.for(tracer)).toEqual({ attributes, root: true });
    tracer.application.hasViewer = true;
    const placed = options.for(tracer);
    expect(placed).toEqual({
      root: true,
      attributes: {
        ...attributes,
        'code.file.path': expect.any(String),
        'code.column.number': expect.any(Number),
      },
    });
    expect(options.for(tracer)).toBe(placed);
    await close();
  });
});

describe('the spans of @Traced()', () => {
  class Shop {
    @Traced()
    plain(): void {}

    @Traced({ name: 'named', links: () => [] })
    ruled(): void {}
  }

  @Traced()
  class Store {
    find(): void {}
  }

  it.each([
    ['plain', () => new Shop().plain()],
    ['with rules for each call', () => new Shop().ruled()],
    ['of a class', () => new Store().find()],
  ])('name the place of their decorator where a viewer shows them: %s', async (_case, call) => {
    const { tracer, recorder, close } = createTestTracing();
    call();
    tracer.application.hasViewer = true;
    call();
    const [without, having] = recorder.takeSpans();
    await close();
    expect(without?.attributes).not.toHaveProperty(['code.file.path']);
    expect(having?.attributes).toMatchObject({
      'code.file.path': expect.stringMatching(/code-place\.spec\.ts$/),
      'code.line.number': expect.any(Number),
    });
  });
});
