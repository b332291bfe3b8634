import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/grpc/attributes.js';
import { CLIENT_DURATION, SERVER_DURATION } from '../../../lib/grpc/call-durations.js';

const {
  RPC_REQUEST_METADATA_PREFIX,
  RPC_RESPONSE_METADATA_PREFIX,
  RPC_MESSAGE_EVENT,
  GRPC,
  OTHER_METHOD,
  ...names
} = attributes;

describe('the attribute names of gRPC', () => {
  it.each(Object.entries(names))('%s is in the semantic conventions', (constant, name) => {
    expect((conventions as Record<string, unknown>)[`ATTR_${constant}`]).toBe(name);
  });

  it('has the prefixes of metadata', () => {
    expect(`${RPC_REQUEST_METADATA_PREFIX}x`).toBe(conventions.ATTR_RPC_REQUEST_METADATA('x'));
    expect(`${RPC_RESPONSE_METADATA_PREFIX}x`).toBe(conventions.ATTR_RPC_RESPONSE_METADATA('x'));
  });

  it('has the names of the system, of the event and of unknown methods', () => {
    expect(GRPC).toBe(conventions.RPC_SYSTEM_NAME_VALUE_GRPC);
    expect(RPC_MESSAGE_EVENT).toBe(conventions.EVENT_RPC_MESSAGE);
    expect(OTHER_METHOD).toBe('_OTHER');
  });
});

describe('the durations of gRPC calls', () => {
  it('have the names of the semantic conventions', () => {
    expect(SERVER_DURATION.name).toBe(conventions.METRIC_RPC_SERVER_CALL_DURATION);
    expect(CLIENT_DURATION.name).toBe(conventions.METRIC_RPC_CLIENT_CALL_DURATION);
  });
});
