import { afterAll, expect, it } from '@jest/globals';
import { getQueueToken } from '@nestjs/bullmq';
import type { Queue } from 'bullmq';
import { dedent } from 'nestjs-traced/testing';
import { isServiceThere, REDIS } from '../../support/services.js';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

const itIfThere = (await isServiceThere(REDIS)) ? it : it.skip;

let sample: RunningSample | undefined;

afterAll(async () => {
  await sample?.apps[0]?.get<Queue>(getQueueToken('receipts')).obliterate({ force: true });
  await sample?.close();
});

itIfThere('shows each attempt of a job, with a link to the request that added it', async () => {
  sample = await startSample(() => import('../../../sample/07-jobs/main.js'), {
    BULLMQ_PREFIX: `sample-${process.pid}`,
  });
  expect(await sample.ask('POST', '/orders/42')).toMatch(/^201 /);
  await sample.waitForSpans(6);

  expect(sample.traces(['nestjs.job.attempt', 'order.id'])).toBe(dedent`
    POST /orders/:id [server]
      add receipts [producer]

    process receipts [consumer] nestjs.job.attempt=1 ERROR "The printer is out of paper" (link to "add receipts")
      print receipt order.id="42" ERROR "The printer is out of paper" exception Error

    process receipts [consumer] nestjs.job.attempt=2 (link to "add receipts")
      print receipt order.id="42"
  `);
  expectShown(sample.written(), '07-jobs');
});
