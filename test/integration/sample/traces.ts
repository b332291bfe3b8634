import { afterEach, expect } from '@jest/globals';
import {
  strictTracing,
  type TraceMatchers,
  traceMatchers,
  traceSerializer,
} from 'nestjs-traced/testing';

declare module 'expect' {
  interface Matchers<R extends void | Promise<void>, T = unknown> extends TraceMatchers<R> {}
}

expect.extend(traceMatchers);
expect.addSnapshotSerializer(traceSerializer);
strictTracing(afterEach);
