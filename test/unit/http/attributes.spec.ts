import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/http/attributes.js';
import {
  CLIENT_DURATION,
  SERVER_DURATION,
  SERVER_DURATION_WITH_ADDRESS,
} from '../../../lib/http/duration-plans.js';

const { HTTP_REQUEST_HEADER_PREFIX, HTTP_RESPONSE_HEADER_PREFIX, OTHER_METHOD, ...names } =
  attributes;

describe('the attribute names of HTTP', () => {
  it.each(Object.entries(names))('%s is in the semantic conventions', (constant, name) => {
    expect((conventions as Record<string, unknown>)[`ATTR_${constant}`]).toBe(name);
  });

  it('has the prefixes of headers', () => {
    expect(`${HTTP_REQUEST_HEADER_PREFIX}x`).toBe(conventions.ATTR_HTTP_REQUEST_HEADER('x'));
    expect(`${HTTP_RESPONSE_HEADER_PREFIX}x`).toBe(conventions.ATTR_HTTP_RESPONSE_HEADER('x'));
  });

  it('has the value for unknown methods', () => {
    expect(OTHER_METHOD).toBe(conventions.HTTP_REQUEST_METHOD_VALUE_OTHER);
  });
});

describe('the durations of HTTP', () => {
  it('have the names of the semantic conventions', () => {
    expect(SERVER_DURATION.name).toBe(conventions.METRIC_HTTP_SERVER_REQUEST_DURATION);
    expect(SERVER_DURATION_WITH_ADDRESS.name).toBe(SERVER_DURATION.name);
    expect(CLIENT_DURATION.name).toBe(conventions.METRIC_HTTP_CLIENT_REQUEST_DURATION);
  });
});
