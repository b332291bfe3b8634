import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import * as attributes from '../../../lib/graphql/attributes.js';

const { BATCH_SIZE, RESOLVER_CALL_COUNT, RESOLVER_FIELD, ...names } = attributes;

describe('the attribute names of GraphQL', () => {
  it.each(Object.entries(names))('%s is in the semantic conventions', (constant, name) => {
    expect((conventions as Record<string, unknown>)[`ATTR_${constant}`]).toBe(name);
  });

  it('has its own names in a namespace of its own', () => {
    for (const name of [BATCH_SIZE, RESOLVER_CALL_COUNT, RESOLVER_FIELD]) {
      expect(name).toMatch(/^nestjs\.graphql\./);
    }
  });
});
