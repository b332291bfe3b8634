import { afterEach } from '@jest/globals';
import {
  createTestTracing,
  type SteadyClock,
  type TestTracing,
  type TestTracingOptions,
} from '../../lib/testing/index.js';
import type { Clock } from '../../lib/trace/index.js';

/**
 * A `createTestTracing` whose tracings are closed after each test, for tests that make several. What
 * they recorded need not be read.
 */
export function tracingsOfTest(): typeof createTestTracing {
  const tracings: { close(): void; recorder: { reset(): void } }[] = [];
  afterEach(() => {
    for (const tracing of tracings.splice(0)) {
      tracing.close();
      tracing.recorder.reset();
    }
  });
  return <C extends Clock = SteadyClock>(options: TestTracingOptions<C> = {}): TestTracing<C> => {
    const tracing = createTestTracing(options);
    tracings.push(tracing);
    return tracing;
  };
}
