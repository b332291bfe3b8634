import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { type RunningSample, startSample } from './start-sample.js';

describe('sample/first-trace', () => {
  let sample: RunningSample;

  beforeAll(async () => {
    sample = await startSample(() => import('../../../sample/first-trace/main.js'));
  });

  afterAll(async () => {
    await sample.app.close();
    jest.restoreAllMocks();
  });

  it('answers, and shows the trace on the console', async () => {
    const response = await fetch(`${sample.url}/hello/Ada`);
    expect(await response.text()).toBe('Hello, Ada!');
    await sample.app.close();

    const spans = sample.spans();
    expect(spans).toMatchObject([
      { name: 'GreetingService.greet', attributes: { 'greeting.name': 'Ada' } },
      { name: 'GET /hello/:name', kind: 'SERVER', service: 'greeter' },
    ]);
    expect(spans[0]).toMatchObject({ parentSpanId: spans[1]?.spanId });
  });
});
