import { createTestTracing } from 'nestjs-traced/testing';
import { expect, it } from './runner.js';

// Fails on purpose: `strict-run.mjs` runs it, and reads what the runner says.
it('leaves spans', () => {
  const { tracer } = createTestTracing();
  tracer.trace('place order', () => {
    tracer.startSpan('reserve stock');
  });
  expect(1).toBe(1);
});
