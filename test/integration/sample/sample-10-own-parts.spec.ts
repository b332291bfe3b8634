import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { Tracing } from 'nestjs-traced';
import { dedent } from 'nestjs-traced/testing';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/10-own-parts/main.js'));
});

afterAll(() => sample.close());

it('reports each request with the region, by parts that Nest constructs', async () => {
  expect(await sample.ask('GET', '/orders')).toBe('200 ["chair"]');
  expect(await sample.ask('GET', '/orders/report')).toBe('200 1 order');
  await sample.apps[0]?.get(Tracing).forceFlush();

  const reports = sample.written().match(/(?<=\[Requests\] ).*(?=\n)/g);
  expect(reports?.join('\n')).toBe(dedent`
    GET /orders → 200, fast, in eu-central-1
    GET /orders/report → 200, slow, in eu-central-1
  `);
});
