import { afterEach, expect } from '@jest/globals';
import {
  strictTracing,
  type TraceMatchers,
  traceMatchers,
  traceSerializer,
} from 'nestjs-traced/testing';

// In a project: `setupFilesAfterEnv` of Jest, so that it applies to all tests.

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends TraceMatchers<R> {}
}

expect.extend(traceMatchers);
expect.addSnapshotSerializer(traceSerializer);
// A test that leaves a span unread or open fails.
strictTracing(afterEach);
