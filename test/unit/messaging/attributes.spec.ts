import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/messaging/attributes.js';

const { OTHER_ERROR, NO_HANDLER, PATTERN, ...names } = attributes;

describe('the attribute names of messages', () => {
  it.each(Object.entries(names))('%s is in the semantic conventions', (constant, name) => {
    expect((conventions as Record<string, unknown>)[`ATTR_${constant}`]).toBe(name);
  });

  it('has the error type for other errors', () => {
    expect(OTHER_ERROR).toBe(conventions.ERROR_TYPE_VALUE_OTHER);
  });

  it('keeps its own names apart', () => {
    expect(Object.values(conventions)).not.toContain(PATTERN);
    expect(PATTERN).toMatch(/^nestjs_traced\./);
    expect(NO_HANDLER).toBe('no_handler');
  });
});
