import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import mysql from 'mysql2';
import * as promises from 'mysql2/promise';
import { createTestTracing, type TestTracing, traceAsText } from '../../../lib/testing/index.js';
import { freePort } from '../../support/free-port.js';
import { isServiceThere, MARIADB } from '../../support/services.js';

const itIfThere = (await isServiceThere(MARIADB)) ? it : it.skip;
const OPTIONS = { host: '127.0.0.1', user: 'root', database: 'test' };
const CALLER_COUNT = 20;

let tracing: TestTracing;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
  expect(tracing.warnings).toEqual([]);
});

/** Runs `work` for many callers at once, each in a trace of its own. */
async function tracesOf(work: (caller: number) => Promise<unknown>): Promise<string> {
  await Promise.all(
    Array.from({ length: CALLER_COUNT }, (_, caller) =>
      tracing.tracer.trace(`caller ${caller}`, async () => {
        await work(caller);
      }),
    ),
  );
  return traceAsText(tracing.recorder.takeSpans(), { attributes: [] });
}

const ofEachCaller = (...names: string[]): string =>
  Array.from({ length: CALLER_COUNT }, (_, caller) =>
    [`caller ${caller}`, ...names.map((name) => `  ${name} [client]`)].join('\n'),
  ).join('\n\n');

describe('mysql2 through its channels', () => {
  itIfThere('keeps the queries of a busy pool in the traces of their callers', async () => {
    const pool = promises.createPool({ ...OPTIONS, connectionLimit: 1 });
    const text = await tracesOf(async (caller) => {
      await pool.query('SELECT ? AS a', [caller]);
      await pool.execute('SELECT ? AS a', [caller]);
      const connection = await pool.getConnection();
      await connection.query('DO SLEEP(0.001)');
      connection.release();
    });
    await pool.end();
    expect(text).toBe(ofEachCaller('SELECT', 'SELECT', 'DO'));
  });

  itIfThere('keeps what the callbacks of a busy pool do there too', async () => {
    const pool = mysql.createPool({ ...OPTIONS, connectionLimit: 1 });
    const text = await tracesOf(
      (caller) =>
        new Promise<void>((resolve, reject) => {
          pool.query('SELECT ? AS a', [caller], () => {
            pool.getConnection((error, connection) => {
              if (error) return reject(error);
              connection.execute('DO ?', [caller], () => {
                connection.release();
                resolve();
              });
            });
          });
        }),
    );
    await new Promise((resolve) => pool.end(resolve));
    expect(text).toBe(ofEachCaller('SELECT', 'DO'));
  });

  itIfThere('traces streams, and shows neither values nor the password', async () => {
    const pool = mysql.createPool({ ...OPTIONS, password: '' });
    await tracing.tracer.trace('work', async () => {
      const rows = pool.query("SELECT 'hunter2secret' AS a").stream();
      for await (const row of rows) expect(row).toEqual({ a: 'hunter2secret' });
      await expect(
        pool.promise().query('SELECT * FROM nothing WHERE a = ?', ['hunter2secret']),
      ).rejects.toThrow('nothing');
      await expect(
        pool.promise().query('SELECT a b c ? ?', ['hunter2secret', 'hunter3secret']),
      ).rejects.toThrow('hunter2secret');
    });
    await new Promise((resolve) => pool.end(resolve));
    const spans = tracing.recorder.takeSpans();
    expect(spans.map(({ name }) => name)).toEqual([
      'SELECT',
      'SELECT nothing',
      expect.stringMatching(/^SELECT/),
      'work',
    ]);
    const text = JSON.stringify(
      spans.map(({ name, attributes, events, status }) => [name, attributes, events, status]),
    );
    expect(text.match(/.{0,80}secret.{0,80}/)).toBeNull();
    expect(spans[1]?.attributes).toMatchObject({
      'db.system.name': 'mysql',
      'db.namespace': 'test',
      'db.query.text': 'SELECT * FROM nothing WHERE a = ?',
      'db.response.status_code': '42S02',
      'server.address': '127.0.0.1',
      'server.port': 3306,
    });
  });

  it('shows a connection that is refused, once', async () => {
    const port = await freePort();
    const pool = promises.createPool({ ...OPTIONS, port, password: 'hunter2secret' });
    await tracing.tracer
      .trace('work', async () => {
        await pool.query('SELECT 1');
      })
      .catch(() => {});
    await pool.end();
    const text = traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] });
    expect(text.split('\n').slice(0, 2).join('\n')).toMatch(
      /^work.*\n {2}connect test \[client\] error.type=ECONNREFUSED ERROR ".*"$/,
    );
    expect(text).not.toContain('secret');
    expect(text.match(/connect test/g)).toHaveLength(1);
  });
});
