import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/http/attributes.js';

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
