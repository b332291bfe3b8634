import { describe, expect, it } from '@jest/globals';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { runSuppressed } from '../../../lib/context/suppressed.js';
import { endedSpan } from '../../support/span-source.js';

describe('runSuppressed', () => {
  it('runs a function, and what it starts, where nothing is traced and no span is active', async () => {
    const span = endedSpan();
    const [during, after] = contextStorage.run(TracingContext.ROOT.withSpan(span), () => {
      const inside = runSuppressed(async () => {
        await Promise.resolve();
        return contextStorage.active();
      });
      return [inside, contextStorage.active()] as const;
    });
    expect(await during).toMatchObject({ suppressed: true, span: undefined });
    expect(after).toMatchObject({ suppressed: false, span });
  });

  it('hands on what the function returns and throws', () => {
    expect(runSuppressed(() => 5)).toBe(5);
    expect(() =>
      runSuppressed(() => {
        throw new Error('boom');
      }),
    ).toThrow('boom');
  });
});
