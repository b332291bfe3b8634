import { TraceStore } from '../../lib/viewer/store/trace-store.js';
import { type OtlpMembers, protobufRequest, requestOf } from './otlp-requests.js';

/** A store whose clock is set by hand. */
export interface TestStore {
  readonly store: TraceStore;
  /** Milliseconds of the store's clock. */
  time: number;
  /** Sends spans of one process in one request. */
  send(spans: readonly OtlpMembers[], resource?: OtlpMembers): void;
}

/** Creates a store for a test. @default limits 256 MiB and 20,000 traces */
export function testStore(maxBytes = 256 * 2 ** 20, maxTraces = 20_000): TestStore {
  const test: TestStore = {
    store: new TraceStore({ maxBytes, maxTraces }, () => test.time),
    time: 1_000,
    send: (spans, resource) =>
      test.store.receiveTraces(protobufRequest(requestOf(spans, resource))),
  };
  return test;
}
