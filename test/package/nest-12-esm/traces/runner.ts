import {
  strictTracing,
  type TraceMatchers,
  traceMatchers,
  traceSerializer,
} from 'nestjs-traced/testing';
import { afterEach, expect } from 'vitest';

declare module 'vitest' {
  // biome-ignore lint/suspicious/noExplicitAny: So is it declared in Vitest.
  interface Matchers<T = any> extends TraceMatchers {}
}

expect.extend(traceMatchers);
expect.addSnapshotSerializer(traceSerializer);
strictTracing(afterEach);

export { afterAll, beforeAll, expect, it } from 'vitest';
