import { describe, expect, it } from '@jest/globals';
import {
  isLibraryWork,
  TracingContext,
  withLibraryWork,
  withoutLibraryWork,
} from '../../../lib/context/index.js';

describe('work of a library', () => {
  it('is marked in the context, until code of the user runs', () => {
    const marked = withLibraryWork(TracingContext.ROOT);
    expect(isLibraryWork(TracingContext.ROOT)).toBe(false);
    expect(isLibraryWork(marked)).toBe(true);
    expect(isLibraryWork(marked.withSpan(undefined))).toBe(true);
    expect(isLibraryWork(withoutLibraryWork(marked))).toBe(false);
    expect(withoutLibraryWork(TracingContext.ROOT)).toBe(TracingContext.ROOT);
  });
});
