import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/01-first-trace/main.js'));
});

afterAll(() => sample.close());

it('answers, and shows the trace on the console', async () => {
  expect(await sample.ask('GET', '/hello/Ada')).toBe('200 Hello, Ada!');
  await sample.waitForSpans(2);

  expect(sample.traces(['greeting.name'])).toBe(dedent`
    GET /hello/:name [server]
      GreetingService.greet greeting.name=Ada
  `);
  expectShown(sample.written(), '01-first-trace');
});
