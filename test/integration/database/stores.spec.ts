import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import { createClient } from '@clickhouse/client';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import cassandra from 'cassandra-driver';
import { type TracingOptions, traceCassandra, traceClickHouse } from '../../../lib/index.js';
import { type SpanRecorder, traceAsText } from '../../../lib/testing/index.js';
import {
  type CassandraAnswer,
  type CassandraServer,
  HOST_ID,
  startCassandraServer,
} from '../../support/cassandra-server.js';
import { serversOfTest } from '../../support/loopback-server.js';
import { type SongsApplication, songsApplications } from './songs-application.js';

const startServer = serversOfTest();
const applications = songsApplications();

const start = (client: object = {}, options?: TracingOptions): Promise<SongsApplication> =>
  applications.start({ CLIENT: client }, options);

describe('a client of ClickHouse among the providers', () => {
  let url: string;
  let port: number;
  let requests: readonly IncomingMessage[];
  let bodies: string[];
  let answer: (body: string, response: ServerResponse) => void;

  beforeEach(async () => {
    bodies = [];
    answer = (_, response) => void response.end('{"a":1}\n{"a":2}\n');
    ({ url, port, requests } = await startServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        bodies.push(body);
        answer(body, response);
      });
    }));
  });

  function open() {
    const client = createClient({
      url: url.replace('//', '//jack:hunter2@'),
      database: 'shop',
      log: { LoggerClass: SilentLogger },
    });
    applications.atEnd(() => client.close());
    return client;
  }

  class SilentLogger {
    trace(): void {}
    debug(): void {}
    info(): void {}
    warn(): void {}
    error(): void {}
  }

  const taken = (recorder: SpanRecorder): string =>
    traceAsText(recorder.takeSpans(), {
      attributes: ['db.query.text', 'db.response.status_code', 'error.type'],
    });

  it('has one span for each query, which carries its context', async () => {
    const client = open();
    const { recorder, run } = await start(client);
    await run(async () => {
      const result = await client.query({
        query: 'SELECT a FROM songs WHERE artist = {artist:String};',
        query_params: { artist: 'hunter2' },
        format: 'JSONEachRow',
      });
      expect(await result.json()).toEqual([{ a: 1 }, { a: 2 }]);
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: [] })).toBe(
      ['SongsService.run', '  SELECT songs [client]'].join('\n'),
    );
    const query = spans.find(({ name }) => name === 'SELECT songs');
    expect(query?.attributes).toEqual({
      'db.system.name': 'clickhouse',
      'db.namespace': 'shop',
      'db.query.summary': 'SELECT songs',
      'db.query.text': 'SELECT a FROM songs WHERE artist = {artist:String};',
      'server.address': '127.0.0.1',
      'server.port': port,
    });
    expect(requests[0]?.headers.traceparent).toContain(query?.spanContext().spanId);
  });

  it('shows inserts, commands, `exec` and `ping`, without values', async () => {
    const client = open();
    const { recorder, run } = await start(client);
    await run(async () => {
      await client.insert({
        table: 'songs',
        values: [{ artist: 'hunter2' }],
        format: 'JSONEachRow',
      });
      await client.insert({ table: 'songs', values: [] });
      await client.command({ query: "ALTER TABLE songs DELETE WHERE artist = 'it\\'s hunter2'" });
      const { stream } = await client.exec({ query: 'SELECT 7 # hunter2' });
      for await (const _chunk of stream);
      expect(await client.ping()).toMatchObject({ success: true });
      answer = (_, response) => void response.writeHead(500).end('no');
      expect(await client.ping()).toMatchObject({ success: false });
    });
    expect(requests).toHaveLength(5);
    expect(taken(recorder)).toBe(
      [
        'SongsService.run',
        '  INSERT songs [client]',
        '  ALTER TABLE songs [client] db.query.text="ALTER TABLE songs DELETE WHERE artist = ?"',
        '  SELECT [client] db.query.text="SELECT ?"',
        '  ping shop [client]',
        '  ping shop [client] error.type=Error ERROR "no"',
      ].join('\n'),
    );
  });

  it('ends the span of a query when its rows have been read, or are not wanted', async () => {
    const client = open();
    const { recorder } = await start(client);
    const read = await client.query({ query: 'SELECT 1', format: 'JSONEachRow' });
    expect(recorder.takeSpans()).toEqual([]);
    for await (const _rows of read.stream());
    expect(taken(recorder)).toBe('SELECT [client] db.query.text="SELECT ?"');
    const closed = await client.query({ query: 'SELECT 1', format: 'JSONEachRow' });
    closed.close();
    await recorder.takeNextSpans(1).then(([span]) => expect(span?.status.code).toBe(0));
    answer = (_, response) => {
      response.write('{"a":1}\n');
      setTimeout(() => response.end('{"a":2}\n'), 50);
    };
    const left = await client.query({ query: 'SELECT 1', format: 'JSONEachRow' });
    for await (const _rows of left.stream()) break;
    await recorder.takeNextSpans(1).then(([span]) => expect(span?.status.code).toBe(0));
  });

  it('shows why a query failed without the values in the message', async () => {
    const client = open();
    const { recorder, run } = await start(client);
    answer = (_, response) => {
      response.writeHead(404, { 'X-ClickHouse-Exception-Code': '60' });
      response.end('Code: 60. DB::Exception: Table shop.hunter2 does not exist. (UNKNOWN_TABLE)');
    };
    const failing = run(() => client.query({ query: 'SELECT * FROM songs', format: 'JSON' }));
    await expect(failing).rejects.toThrow('hunter2');
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: ['db.response.status_code', 'error.type'] })).toBe(
      [
        'SongsService.run error.type=ClickHouseError ERROR "UNKNOWN_TABLE" exception ClickHouseError',
        '  SELECT songs [client] db.response.status_code="60" error.type="60" ERROR "UNKNOWN_TABLE"',
      ].join('\n'),
    );
    expect(JSON.stringify(spans.map(({ status, events }) => [status, events]))).not.toContain(
      'hunter2',
    );
  });

  it('shows a failure in the middle of the rows', async () => {
    const client = open();
    const { recorder } = await start(client);
    answer = (_, response) => {
      response.write('{"a":1}\n');
      setTimeout(() => response.destroy(), 20);
    };
    const result = await client.query({ query: 'SELECT a FROM songs', format: 'JSONEachRow' });
    await expect(result.json()).rejects.toThrow('aborted');
    expect(taken(recorder)).toBe(
      'SELECT songs [client] db.query.text="SELECT a FROM songs" error.type=ECONNRESET ERROR "aborted"',
    );
    answer = (_, response) => {
      response.setHeader('X-ClickHouse-Exception-Tag', 'abcdefghijklmnop');
      response.end(
        '{"a":1}\n\r\n__exception__\r\nabcdefghijklmnop\r\nCode: 395. DB::Exception: no hunter2. ' +
          '(FUNCTION_THROW_IF_VALUE_IS_NON_ZERO)\n95 abcdefghijklmnop\r\n__exception__\r\n',
      );
    };
    const broken = await client.query({ query: 'SELECT a FROM songs', format: 'JSONEachRow' });
    await expect(broken.json()).rejects.toThrow();
    expect(taken(recorder)).toBe(
      'SELECT songs [client] db.query.text="SELECT a FROM songs" db.response.status_code="395" error.type="395" ERROR "FUNCTION_THROW_IF_VALUE_IS_NON_ZERO"',
    );
  });

  it('is traced by hand with options of its own', async () => {
    const { recorder } = await start();
    const client = traceClickHouse(open(), {
      namespace: 'other',
      queryText: 'none',
      sqlCommenter: 'including-cached-statements',
    });
    await client.command({ query: 'SELECT 1' });
    const span = recorder.takeSpan();
    expect(span.attributes).toMatchObject({ 'db.namespace': 'other' });
    expect(span.attributes).not.toHaveProperty('db.query.text');
    expect(bodies[0]).toMatch(/^SELECT 1 ?\/\*traceparent='00-/);
  });
});

describe('a client of Cassandra among the providers', () => {
  let server: CassandraServer;
  let answers: (text: string) => CassandraAnswer;

  beforeEach(async () => {
    answers = () => ({ columns: ['artist'], rows: [['Nina'], ['Ella']] });
    server = await startCassandraServer((text) => answers(text));
  });

  afterEach(() => server.close());

  function open(options: Partial<cassandra.ClientOptions> = {}): cassandra.Client {
    const client = new cassandra.Client({
      contactPoints: [`127.0.0.1:${server.port}`],
      localDataCenter: 'dc1',
      keyspace: 'shop',
      isMetadataSyncEnabled: false,
      protocolOptions: { maxVersion: 4, port: server.port },
      pooling: { coreConnectionsPerHost: { 0: 1 } },
      credentials: { username: 'jack', password: 'hunter2' },
      ...options,
    });
    applications.atEnd(() => client.shutdown());
    return client;
  }

  /** The types of the driver say less than it returns. */
  const streamOf = (client: cassandra.Client, text: string): Readable =>
    client.stream(text, []) as unknown as Readable;

  const taken = (recorder: SpanRecorder): string =>
    traceAsText(recorder.takeSpans(), {
      attributes: ['db.operation.batch.size', 'db.response.status_code', 'error.type'],
    });

  it('has a span for each query, prepared or not', async () => {
    const client = open();
    const { recorder, run } = await start(client);
    const text = 'SELECT artist FROM songs WHERE id = ?';
    await run(async () => {
      const result = await client.execute(text, ['hunter2'], {
        prepare: true,
        consistency: cassandra.types.consistencies.quorum,
        isIdempotent: true,
      });
      expect(result.rows.map(({ artist }) => artist)).toEqual(['Nina', 'Ella']);
      await client.execute("SELECT artist FROM songs WHERE id = 'hunter2' // hunter2");
    });
    const spans = recorder.takeSpans();
    expect(traceAsText(spans, { attributes: [] })).toBe(
      ['SongsService.run', '  SELECT songs [client]', '  SELECT songs [client]'].join('\n'),
    );
    const [prepared, direct] = spans.filter(({ name }) => name === 'SELECT songs');
    expect(prepared?.attributes).toEqual({
      'db.system.name': 'cassandra',
      'db.namespace': 'shop',
      'db.query.summary': 'SELECT songs',
      'db.query.text': text,
      'cassandra.consistency.level': 'quorum',
      'cassandra.coordinator.dc': 'dc1',
      'cassandra.coordinator.id': HOST_ID,
      'cassandra.page.size': 5000,
      'cassandra.query.idempotent': true,
      'network.peer.address': '127.0.0.1',
      'network.peer.port': server.port,
      'server.address': '127.0.0.1',
      'server.port': server.port,
    });
    expect(direct?.attributes).toMatchObject({
      'db.query.text': 'SELECT artist FROM songs WHERE id = ?',
      'cassandra.consistency.level': 'local_one',
    });
  });

  it('shows batches by what their queries have in common', async () => {
    answers = () => ({});
    const client = open();
    const { recorder, run } = await start(client);
    const insert = 'INSERT INTO songs (id, artist) VALUES (?, ?)';
    const queries = [
      { query: insert, params: ['1', 'hunter2'] },
      { query: insert, params: ['2', 'hunter2'] },
    ];
    await run(async () => {
      await client.batch(queries, { prepare: true });
      await client.batch([...queries, "UPDATE songs SET artist = 'hunter2' WHERE id = '1'"]);
      await client.batch(queries.slice(0, 1));
    });
    expect(server.texts).toHaveLength(3);
    expect(taken(recorder)).toBe(
      [
        'SongsService.run',
        '  BATCH INSERT songs [client] db.operation.batch.size=2',
        '  BATCH [client] db.operation.batch.size=3',
        '  INSERT songs [client]',
      ].join('\n'),
    );
  });

  it('shows each page of rows, in the context of its reader', async () => {
    let pageCount = 0;
    answers = () => ({
      columns: ['artist'],
      rows: [['Nina']],
      hasMore: ++pageCount % 2 === 1,
    });
    const client = open();
    const { recorder, run } = await start(client, { database: { captureReturnedRows: true } });
    await run(async () => {
      const artists: string[] = [];
      for await (const row of await client.execute('SELECT artist FROM songs')) {
        artists.push(row.artist);
      }
      await new Promise<void>((resolve, reject) => {
        client.eachRow(
          'SELECT artist FROM singers',
          [],
          { autoPage: false },
          (_, row) => artists.push(row.artist),
          (error, result) => {
            if (error) reject(error);
            else if (result?.nextPage) result.nextPage();
            else void client.execute('SELECT artist FROM bands').then(() => resolve(), reject);
          },
        );
      });
      expect(artists).toHaveLength(4);
    });
    const text = traceAsText(recorder.takeSpans(), {
      attributes: ['db.response.returned_rows'],
    });
    expect(text).toBe(
      [
        'SongsService.run',
        '  SELECT songs [client] db.response.returned_rows=1',
        '  SELECT songs [client] db.response.returned_rows=1',
        '  SELECT singers [client] db.response.returned_rows=1',
        '  SELECT singers [client] db.response.returned_rows=1',
        '  SELECT bands [client] db.response.returned_rows=1',
      ].join('\n'),
    );
  });

  it('shows a stream, a row callback alone, and callbacks as one span each', async () => {
    const client = open();
    const { recorder, run } = await start(client);
    await run(async () => {
      let count = 0;
      for await (const _row of streamOf(client, 'SELECT artist FROM songs')) count++;
      await new Promise<void>((resolve) => {
        client.eachRow('SELECT artist FROM singers', () => {
          if (++count === 4) resolve();
        });
      });
      await new Promise<void>((resolve, reject) => {
        client.execute('SELECT artist FROM bands', [], {}, (error) => {
          if (error) reject(error);
          else
            client.execute('SELECT artist FROM choirs', (failure: unknown) =>
              failure ? reject(failure) : resolve(),
            );
        });
      });
    });
    expect(taken(recorder)).toBe(
      [
        'SongsService.run',
        '  SELECT songs [client]',
        '  SELECT singers [client]',
        '  SELECT bands [client]',
        '  SELECT choirs [client]',
      ].join('\n'),
    );
  });

  it('shows why a query failed without the values in the message', async () => {
    const message = 'Invalid STRING constant (hunter2) for "age" of type int';
    answers = () => ({ error: { code: 0x2200, message } });
    const client = traceCassandra(open());
    const { recorder, run } = await start();
    const text = 'SELECT age FROM songs WHERE age = ?';
    await expect(run(() => client.execute(text, ['hunter2']))).rejects.toThrow('hunter2');
    await expect(run(() => client.batch([text]))).rejects.toThrow('hunter2');
    await new Promise((resolve) => streamOf(client, text).on('error', resolve).resume());
    answers = () => ({ error: { code: 0x1001, message: 'overloaded by hunter2' } });
    await expect(run(() => client.execute(text, [], { isIdempotent: true }))).rejects.toThrow();
    const spans = recorder.takeSpans();
    const failed = '[client] db.response.status_code="8704" error.type="8704" ERROR "invalid"';
    expect(traceAsText(spans, { attributes: ['db.response.status_code', 'error.type'] })).toBe(
      [
        'SongsService.run error.type=ResponseError ERROR "invalid" exception ResponseError',
        `  SELECT songs ${failed}`,
        '',
        'SongsService.run error.type=ResponseError ERROR "invalid" exception ResponseError',
        `  SELECT songs ${failed}`,
        '',
        `SELECT songs ${failed}`,
        '',
        'SongsService.run error.type=NoHostAvailableError ERROR "All host(s) tried for query failed" exception NoHostAvailableError',
        '  SELECT songs [client] error.type=NoHostAvailableError ERROR "All host(s) tried for query failed"',
      ].join('\n'),
    );
    const shown = spans.map(({ attributes, status, events }) => [attributes, status, events]);
    expect(JSON.stringify(shown)).not.toContain('hunter2');
  });

  it('is as before when the application has shut down', async () => {
    const client = open();
    const { execute, stream } = client;
    const { close } = await start(client);
    expect(client.execute).not.toBe(execute);
    await close();
    expect([client.execute, client.stream]).toEqual([execute, stream]);
    expect(Object.keys(client)).not.toContain('execute');
  });
});
