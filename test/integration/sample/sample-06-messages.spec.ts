import { afterAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { isServiceThere, RABBITMQ } from '../../support/services.js';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

const itIfThere = (await isServiceThere(RABBITMQ)) ? it : it.skip;

let sample: RunningSample | undefined;

afterAll(() => sample?.close());

itIfThere('continues the trace where the message is handled', async () => {
  sample = await startSample(() => import('../../../sample/06-messages/main.js'), {
    MAILER_QUEUE: `sample-mailer-${process.pid}`,
  });
  expect(await sample.ask('POST', '/orders/42')).toMatch(/^201 /);
  await sample.waitForSpans(4);

  expect(sample.traces(['messaging.system.name', 'order.id'])).toBe(dedent`
    POST /orders/:id [server]
      send order.placed [producer] messaging.system.name=rabbitmq
        process order.placed [consumer] messaging.system.name=rabbitmq
          MailService.confirm order.id="42"
  `);
  expectShown(sample.written(), '06-messages');
});
