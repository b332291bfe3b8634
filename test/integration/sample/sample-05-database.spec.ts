import { afterAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { Client } from 'pg';
import { isServiceThere, POSTGRESQL } from '../../support/services.js';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

const itIfThere = (await isServiceThere(POSTGRESQL)) ? it : it.skip;

/** The tables of the sample are apart from those of other tests. */
const SCHEMA = `sample_${process.pid}`;

let sample: RunningSample | undefined;

async function query(sql: string): Promise<void> {
  const client = new Client('postgres://postgres@127.0.0.1:5432/test');
  await client.connect();
  await client.query(sql).finally(() => client.end());
}

afterAll(async () => {
  if (sample === undefined) return;
  await sample.close();
  await query(`DROP SCHEMA ${SCHEMA} CASCADE`);
});

itIfThere('shows transactions and their queries', async () => {
  await query(`CREATE SCHEMA ${SCHEMA}`);
  const running = await startSample(() => import('../../../sample/05-database/main.js'), {
    PGOPTIONS: `-c search_path=${SCHEMA}`,
  });
  sample = running;
  const place = (skus: readonly string[]): Promise<string> =>
    running.ask('POST', '/orders', {
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(skus),
    });
  expect(await place(['chair', 'table'])).toBe('201 1');
  await running.waitForSpans(7);
  expect(await running.ask('GET', '/orders/1')).toContain('table');
  await running.waitForSpans(11);
  expect(await place(['unicorn'])).toMatch(/^400 .*Unicorns are not sold/);
  await running.waitForSpans(18);

  expect(running.traces(['db.system.name'])).toBe(dedent`
    POST /orders [server]
      OrdersService.place
        transaction db.system.name=postgresql
          START TRANSACTION [client] db.system.name=postgresql
          INSERT sample_orders [client] db.system.name=postgresql
          INSERT sample_order_items [client] db.system.name=postgresql
          COMMIT [client] db.system.name=postgresql

    GET /orders/:id [server]
      OrdersService.find
        SELECT sample_orders sample_order_items [client] db.system.name=postgresql
        SELECT sample_orders sample_order_items [client] db.system.name=postgresql

    POST /orders [server]
      OrdersService.place ERROR "Unicorns are not sold" exception BadRequestException
        transaction db.system.name=postgresql
          START TRANSACTION [client] db.system.name=postgresql
          INSERT sample_orders [client] db.system.name=postgresql
          INSERT sample_order_items [client] db.system.name=postgresql
          ROLLBACK [client] db.system.name=postgresql
  `);
  expectShown(running.written(), '05-database');
});
