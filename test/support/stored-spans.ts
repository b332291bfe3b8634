import { TraceStore } from '../../lib/viewer/store/trace-store.js';
import { type OtlpMembers, protobufRequest, requestOf } from './otlp-requests.js';

/** A store whose clock is set by hand. */
export interface TestStore {
  readonly store: TraceStore;
  /** Milliseconds of the store's clock; by the wall clock, it began a second before `SPANS_EPOCH_MILLIS`. */
  time: number;
  /** Sends spans of one process in one request. */
  send(spans: readonly OtlpMembers[], resource?: OtlpMembers): void;
  /** Sends spans that are running, from one process. @returns the number of refused ones */
  sendOpen(spans: readonly OtlpMembers[], resource?: OtlpMembers): number;
}

/** The millisecond in which the spans of `spanOf` begin. */
const SPANS_EPOCH_MILLIS = 1_700_000_000_000;

/** Creates a store for a test. @default limits 256 MiB and 20,000 traces */
export function testStore(maxBytes = 256 * 2 ** 20, maxTraces = 20_000): TestStore {
  const clock = { time: 1_000 };
  const test: TestStore = {
    store: new TraceStore(
      { maxBytes, maxTraces },
      () => clock.time,
      () => SPANS_EPOCH_MILLIS + clock.time - 1_000,
    ),
    get time() {
      return clock.time;
    },
    set time(time) {
      clock.time = time;
    },
    send: (spans, resource) =>
      test.store.receiveTraces(protobufRequest(requestOf(spans, resource))),
    sendOpen: (spans, resource) =>
      test.store.receiveOpenTraces(protobufRequest(requestOf(spans, resource))).refusedCount,
  };
  return test;
}
