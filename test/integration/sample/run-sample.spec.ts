import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { readOtlpJson, spansAsText } from 'nestjs-traced/viewer';
import { isServiceThere, REDIS } from '../../support/services.js';
import { expectSoon, until } from '../../support/until.js';
import { Collector } from '../export/collector.js';
import { BUILD_FILES, RepositoryCopy, ROOT } from './repository-copy.js';
import { type CommandResult, run } from './run-command.js';
import { SampleProcess } from './sample-process.js';
import { expectShown } from './shown-traces.js';

const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
const itWithRedis = (await isServiceThere(REDIS)) ? it : it.skip;
const names = readdirSync(join(ROOT, 'sample')).filter((name) => /^\d\d-/.test(name));

/** Returns the trace in a collector, as the command `nestjs-traced trace` writes it. */
function traceIn(collector: Collector): string {
  const { spans } = readOtlpJson(JSON.stringify(collector.messages));
  return spansAsText(spans).join('\n');
}

async function spansIn(collector: Collector, count: number): Promise<void> {
  await until(
    () => collector.spanNames.length >= count,
    () => collector.spanNames,
  );
}

describe('npm run sample', () => {
  const copy = new RepositoryCopy(...BUILD_FILES, 'sample');
  const ends: (() => Promise<void>)[] = [];
  let usage: CommandResult;

  async function start(name: string, settings: Readonly<Record<string, string>> = {}) {
    const sample = await SampleProcess.start(copy.folder, name.split(' '), settings);
    ends.push(() => sample.stop());
    return sample;
  }

  async function startCollector(): Promise<Collector> {
    const collector = await Collector.start();
    ends.push(() => collector.stop());
    return collector;
  }

  beforeAll(async () => {
    usage = await run(copy.folder, npm, 'run', '--silent', 'sample');
  }, 120_000);

  afterEach(async () => {
    for (const end of ends.splice(0).reverse()) await end();
  });

  afterAll(() => copy.remove());

  it('lists the samples, without a name or with one that is not there', async () => {
    expect(usage.stderr.trimEnd().split('\n').slice(-names.length)).toEqual(
      names.map((name) => `  ${name}`),
    );
    const unknown = await run(copy.folder, process.execPath, 'dist/sample/run.js', '99');
    expect(unknown).toEqual({ ...usage, exitCode: 1 });
    const option = await run(copy.folder, process.execPath, 'dist/sample/run.js', '01', '--view');
    expect(option).toEqual(usage);
  });

  it('says where a sample is described that is not an application', async () => {
    const { exitCode, stderr } = await run(
      copy.folder,
      process.execPath,
      'dist/sample/run.js',
      '12',
    );
    expect({ exitCode, stderr }).toEqual({
      exitCode: 1,
      stderr: '12-testing is not an application. sample/README.md says how to run it.\n',
    });
  });

  it.each([
    ['05-database', 'PostgreSQL', 'DATABASE_URL', 'postgres://postgres@127.0.0.1:1/test'],
    ['06-messages', 'RabbitMQ', 'RABBITMQ_URL', 'amqp://guest:guest@127.0.0.1:1'],
    ['07-jobs', 'Redis', 'REDIS_URL', 'redis://127.0.0.1:1'],
    ['14-workers', 'Redis', 'REDIS_URL', 'redis://127.0.0.1:1'],
  ])('says that %s needs %s', async (name, server, variable, url) => {
    process.env[variable] = url;
    const { exitCode, stderr } = await run(
      copy.folder,
      process.execPath,
      'dist/sample/run.js',
      name,
    );
    delete process.env[variable];
    expect(exitCode).toBe(1);
    expect(stderr).toContain(
      `This sample needs ${server}, which does not answer at 127.0.0.1:1. Start it, for example:`,
    );
    expect(stderr).toContain('docker run --rm -p ');
    expect(stderr).toContain(`If it is elsewhere, set ${variable}`);
  });

  it('shows the traces of a sample in the viewer', async () => {
    const sample = await start('01 --viewer --port 0');
    await sample.waitFor(/http:\/\/localhost:\d+/);
    const [viewer] = /http:\/\/localhost:\d+/.exec(sample.written) ?? [];
    await sample.ask('GET', '/hello/Ada');
    await expectSoon(
      async () => (await fetch(`${viewer}/api/traces`)).json() as Promise<{ traces: unknown[] }>,
      ({ traces }) => expect(traces).toMatchObject([{ name: 'GET /hello/:name', spanCount: 2 }]),
    );
  });

  it('joins the lines of pino and the spans, in 11-logs', async () => {
    const sample = await start('11-logs');
    expect(await sample.ask('POST', '/orders/unicorn')).toBe('201 placed');
    await sample.waitFor(/OrdersService\.place .*\n\n/);
    await sample.waitFor(/request completed/);
    expectShown(sample.written, '11-logs');

    const lines = sample.written
      .split('\n')
      .filter((line) => line.startsWith('{') && line.includes('"trace_id"'))
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    const [traceId] = /(?<=^trace )[0-9a-f]{32}/m.exec(sample.written) ?? [];
    expect(
      lines.map(({ context, msg, sku, supplier }) => ({ context, msg, sku, supplier })),
    ).toEqual([
      { context: 'OrdersService', msg: 'Placing an order of unicorn' },
      { context: 'OrdersService', msg: 'Long delivery', sku: 'unicorn', supplier: 'fairyland' },
      { msg: 'request completed' },
    ]);
    expect(new Set(lines.map(({ trace_id }) => trace_id))).toEqual(new Set([traceId]));
  });

  it('sends the spans of Nest and of others through one SDK, in 13-opentelemetry-sdk', async () => {
    const collector = await startCollector();
    const sample = await start('13-opentelemetry-sdk', {
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL(collector.url).origin,
    });
    expect(await sample.ask('GET', '/orders/42')).toBe('200 order 42');
    await sample.stop();
    expectShown(traceIn(collector), '13-opentelemetry-sdk');
  });

  itWithRedis('continues the trace in a thread and in a sandboxed job, in 14-workers', async () => {
    const collector = await startCollector();
    const sample = await start('14-workers', {
      OTEL_EXPORTER_OTLP_ENDPOINT: new URL(collector.url).origin,
      OTEL_BSP_SCHEDULE_DELAY: '100',
      BULLMQ_PREFIX: `sample-${process.pid}`,
    });
    expect(await sample.ask('POST', '/orders/42')).toBe('201 2999997');
    await spansIn(collector, 6);
    expectShown(traceIn(collector), '14-workers');
  });
});
