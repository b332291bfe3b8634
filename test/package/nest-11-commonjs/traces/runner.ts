import {
  strictTracing,
  type TraceMatchers,
  traceMatchers,
  traceSerializer,
} from 'nestjs-traced/testing';

declare global {
  namespace jest {
    interface Matchers<R, T> extends TraceMatchers<R> {}
  }
}

expect.extend(traceMatchers);
expect.addSnapshotSerializer(traceSerializer);
strictTracing();

// The globals of jest, as most applications of Nest 11 use them.
const after = afterAll;
const before = beforeAll;
const check = expect;
const test = it;

export { after as afterAll, before as beforeAll, check as expect, test as it };
