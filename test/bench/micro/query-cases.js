import { createRequire } from 'node:module';
import { countedSpans, insideParent } from './span-cases.js';
import { CALLS } from './subjects.js';

/** By `require`, so that instrumentations which wait for packages to be loaded so see them. */
const require = createRequire(import.meta.url);

const TEXT = 'SELECT id, total, placed_at FROM orders WHERE customer_id = $1 AND total > $2';

/**
 * A query of `pg`, inside an active span, that is answered before it would go over the network: what is
 * left is the client's own work and that of the tracing.
 *
 * @param started a tracer that samples everything: `{ tracer, exporter, flush }`
 * @param trace makes the client a traced one, where loading it has not done so already
 */
export function pgQuery(started, trace = (client) => client) {
  const { Client } = require('pg');
  const client = trace(answeredAtOnce(new Client({ host: 'localhost', database: 'shop' })));
  return queries(started, async (count) => {
    let rows = 0;
    for (let turn = 0; turn < count; turn++) {
      const result = await client.query(TEXT, [turn, 10]);
      rows += result.rows.length;
    }
    if (rows !== count) throw new Error('a query was not answered');
  });
}

/** A repository of TypeORM on sql.js, inside an active span, that finds one of three rows. */
export async function typeormQuery(started, trace = (dataSource) => dataSource) {
  const { DataSource, EntitySchema } = require('typeorm');
  const schema = new EntitySchema({
    name: 'Order',
    tableName: 'orders',
    columns: { id: { type: Number, primary: true }, sku: { type: String } },
  });
  const options = { type: 'sqljs', entities: [schema], synchronize: true };
  const dataSource = await new DataSource(options).initialize();
  const orders = dataSource.getRepository(schema);
  await orders.insert([1, 2, 3].map((id) => ({ id, sku: `A-${id}` })));
  trace(dataSource);
  await started.flush();
  return queries(started, async (count) => {
    for (let turn = 0; turn < count; turn++) {
      const order = await orders.findOneBy({ id: 1 + (turn % 3) });
      if (order === null) throw new Error('an order was not found');
    }
  });
}

/** How many commands wait for their replies at the same time: the system calls have a small share then. */
const COMMANDS_AT_ONCE = 64;
const REDIS_KEY = 'nestjs-traced-bench';

/** `GET` of ioredis, inside an active span, from the Redis of this machine. */
export async function ioredisCommand(started) {
  const { Redis } = require('ioredis');
  const client = new Redis({ host: '127.0.0.1', lazyConnect: true });
  await client.connect();
  return commands(started, client);
}

/** `GET` of node-redis, inside an active span, from the Redis of this machine. */
export async function nodeRedisCommand(started) {
  const { createClient } = require('redis');
  const client = createClient({ socket: { host: '127.0.0.1' } });
  await client.connect();
  return commands(started, client);
}

async function commands(started, client) {
  await client.set(REDIS_KEY, 'value');
  return queries(started, async (count) => {
    let found = 0;
    for (let sent = 0; sent < count; sent += COMMANDS_AT_ONCE) {
      const replies = [];
      for (let n = sent; n < Math.min(sent + COMMANDS_AT_ONCE, count); n++) {
        replies.push(client.get(REDIS_KEY));
      }
      for (const reply of await Promise.all(replies)) if (reply === 'value') found++;
    }
    if (found !== count) throw new Error('a command was not answered');
  });
}

/**
 * What is known of a text that was read before: 64 texts take turns, each put together anew, as query
 * builders do. That is a part of the figure.
 *
 * @param read gives back what is remembered of a text
 */
export function readingSql(read) {
  return {
    operations: CALLS,
    run() {
      let length = 0;
      for (let call = 0; call < CALLS; call++) {
        length += read(`${TEXT} AND state = 'state ${call & 63}'`).length;
      }
      if (length < CALLS) throw new Error('a text was not read');
    },
    verify() {},
  };
}

/** Each run adds to the spans that there were when it began: some systems make several for a query. */
function queries({ tracer, exporter, flush }, run) {
  const inside = insideParent(tracer, run);
  if (exporter === undefined) return { operations: CALLS, run: () => inside(CALLS), verify() {} };
  const counted = countedSpans({ spans: 0 }, flush, inside);
  return {
    ...counted,
    async verify() {
      await flush();
      if (exporter.spans === 0) throw new Error('no query had a span');
      return { spans: exporter.spans };
    },
  };
}

/** Its own queue hands each query over to be sent; here it is answered there. */
function answeredAtOnce(client) {
  const answer = { command: 'SELECT', rowCount: 1, rows: [{ id: 1, total: 12.5 }] };
  client._pulseQueryQueue = () => {
    const query = client._queryQueue.shift();
    query.callback(null, answer);
  };
  return client;
}
