import { describe, expect, it } from '@jest/globals';
import { findApiCopies } from '../../../lib/assembly/api-copies.js';

describe('findApiCopies', () => {
  // The runner hides what is loaded: test/integration/opentelemetry-api looks at real processes.
  it('finds nothing, and does not throw, where require is not that of Node', () => {
    expect(findApiCopies()).toEqual([]);
  });
});
