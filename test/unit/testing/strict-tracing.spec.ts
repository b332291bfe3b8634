import { afterAll, afterEach, describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../lib/index.js';
import {
  createTestTracing,
  dedent,
  SpanRecorder,
  strictTracing,
  testTracingOptions,
} from '../../../lib/testing/index.js';
import { plainText } from '../../support/trace-matchers.js';

type Globals = { afterEach?: unknown };

/** Makes tests strict, and returns what then runs after each of them. */
function startStrict(): () => void {
  let hook = (): void => {};
  strictTracing((registered) => {
    hook = registered;
  });
  return () => hook();
}

function messageOf(work: () => void): string {
  try {
    work();
  } catch (error) {
    return plainText((error as Error).message);
  }
  throw new Error('It did not fail.');
}

// The recorders of this file belong to the hook of the last test otherwise.
afterAll(() => strictTracing(() => {}));

describe('strictTracing', () => {
  it('accepts a test that reads all spans and leaves none open', () => {
    const afterTest = startStrict();
    const { tracer, recorder } = createTestTracing();
    tracer.trace('work', () => undefined);
    recorder.takeSpans();
    afterTest();
  });

  it('fails a test that leaves spans, once, and shows who started them', () => {
    const afterTest = startStrict();
    const { tracer } = createTestTracing();
    tracer.trace('place order', () => tracer.startSpan('reserve stock'));
    expect(messageOf(afterTest)).toBe(dedent`
      A test must read all spans and leave none open.
      Unread (1):
        place order
      Open (1):
        reserve stock [parent missing, open]
      Started:
        place order: started at strict-tracing.spec.ts
        reserve stock: started at strict-tracing.spec.ts
    `);
    afterTest();
  });

  it('verifies every recorder that was created since, also after a failure', () => {
    const afterTest = startStrict();
    const one = testTracingOptions().recorder;
    const other = new SpanRecorder();
    const spans = ['first', 'second'].map((name) => {
      const { tracer, recorder } = createTestTracing();
      recorder.takeSpans();
      return tracer.startSpan(name);
    });
    const message = messageOf(afterTest);
    expect(message).toContain('first [open]');
    expect(message).toContain('second [open]');
    expect([one.spans, other.spans]).toEqual([[], []]);
    for (const span of spans) span.end();
    afterTest();
  });

  it('leaves recorders alone that were created before', () => {
    strictTracing(() => {});
    const { tracer, recorder } = createTestTracing();
    const afterTest = startStrict();
    tracer.trace('work', () => undefined);
    afterTest();
    expect(recorder.takeSpan().name).toBe('work');
  });

  describe('without afterEach', () => {
    const globals = globalThis as Globals;
    const { afterEach: own } = globals;
    afterEach(() => {
      globals.afterEach = own;
    });

    it('uses that of the runner', () => {
      let isRegistered = false;
      globals.afterEach = () => {
        isRegistered = true;
      };
      strictTracing();
      expect(isRegistered).toBe(true);
    });

    it('fails where the runner has none', () => {
      globals.afterEach = undefined;
      expect(() => strictTracing()).toThrow(TracingConfigError);
      expect(() => strictTracing()).toThrow(
        'strictTracing.afterEach must be the function afterEach of the test runner, but it is undefined. Import it',
      );
    });
  });
});
