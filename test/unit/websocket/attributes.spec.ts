import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/websocket/attributes.js';

const { WEBSOCKET_CONNECTION_ID, WEBSOCKET_EVENT, WEBSOCKET_NAMESPACE, ...names } = attributes;

describe('the attribute names of WebSockets', () => {
  it.each(Object.entries(names))('%s is in the semantic conventions', (constant, name) => {
    expect((conventions as Record<string, unknown>)[`ATTR_${constant}`]).toBe(name);
  });

  it('has its own names in a namespace of its own', () => {
    for (const name of [WEBSOCKET_CONNECTION_ID, WEBSOCKET_EVENT, WEBSOCKET_NAMESPACE]) {
      expect(name).toMatch(/^nestjs\.websocket\./);
    }
  });
});
