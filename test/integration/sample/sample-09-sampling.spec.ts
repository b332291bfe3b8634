import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/09-sampling/main.js'));
});

afterAll(() => sample.close());

it('records what the rules keep', async () => {
  expect(await sample.ask('GET', '/health')).toBe('200 ok');
  for (let count = 0; count < 20; count++) await sample.ask('GET', `/orders/${count}`);
  for (let count = 0; count < 2; count++) await sample.ask('POST', '/orders');
  await sample.waitForSpans(3);
  const [status = '', counts = ''] = (await sample.ask('GET', '/admin/tracing')).split(/ (.*)/);
  expect(status).toBe('200');
  const { sampled, notSampled } = JSON.parse(counts);

  // The adaptive sampler keeps the first trace of each kind, and others as its target allows.
  expect(sampled + notSampled).toBe(23);
  const traces = sample.traces(false).split('\n\n');
  expect(traces).toHaveLength(sampled);
  expect(traces.filter((trace) => trace === 'POST /orders [server]')).toHaveLength(2);
  expect(traces.filter((trace) => trace === 'GET /orders/:id [server]').length).toBe(sampled - 2);
  expect(notSampled).toBeGreaterThan(5);
});
