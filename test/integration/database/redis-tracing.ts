import { afterEach, beforeEach, expect } from '@jest/globals';
import {
  createTestTracing,
  type TestTracing,
  type TestTracingOptions,
  traceAsText,
} from '../../../lib/testing/index.js';

/** The tracing of each test on clients of Redis. It may warn of nothing, and leave no span unread. */
export function redisTracing(): {
  readonly current: TestTracing;
  /** Puts another tracing in its place. */
  restart(options: TestTracingOptions): void;
  /** Calls back after the test, before the tracing is closed. */
  atEnd(close: () => unknown): void;
  /** The spans as text, with these attributes. */
  taken(attributes?: readonly string[]): string;
  /** Runs `work` in a span, and returns its trace. */
  traceOf(work: () => unknown, attributes?: readonly string[], name?: string): Promise<string>;
} {
  let current: TestTracing;
  const endings: (() => unknown)[] = [];
  beforeEach(() => {
    current = createTestTracing();
  });
  afterEach(async () => {
    for (const end of endings.splice(0).reverse()) await end();
    current.close();
    current.recorder.verify();
    expect(current.warnings).toEqual([]);
  });
  const taken = (attributes: readonly string[] = []): string =>
    traceAsText(current.recorder.takeSpans(), { attributes: [...attributes] });
  return {
    get current() {
      return current;
    },
    restart(options) {
      current.close();
      current = createTestTracing(options);
    },
    atEnd: (close) => void endings.push(close),
    taken,
    async traceOf(work, attributes, name = 'work') {
      await current.tracer.trace(name, async () => {
        await work();
      });
      return taken(attributes);
    },
  };
}
