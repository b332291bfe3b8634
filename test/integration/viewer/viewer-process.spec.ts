import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { requestOf, spanOf } from '../../support/otlp-requests.js';
import { until } from '../../support/until.js';
import { ask, viewersOfTest } from '../../support/viewer-servers.js';
import { BuiltPrograms, type ChildProgram } from '../process/child-program.js';

const startViewer = viewersOfTest();
let programs: BuiltPrograms;
let folder: string;
const children: ChildProgram[] = [];

beforeAll(async () => {
  programs = await BuiltPrograms.build();
  folder = mkdtempSync(join(tmpdir(), 'viewer-process-'));
}, 300_000);
afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
});
afterAll(() => {
  programs?.remove();
  rmSync(folder, { recursive: true, force: true });
});

function beginService(SERVICE: string, port: number): ChildProgram {
  const settings = { SERVICE, VIEWER_PORT: String(port), TMPDIR: folder };
  const child = programs.start('viewed', settings);
  children.push(child);
  return child;
}

async function startService(name: string, port: number): Promise<ChildProgram> {
  const child = beginService(name, port);
  await child.said('started');
  return child;
}

/** Those that have said that the viewer is in their process. */
function hostsOf(services: readonly ChildProgram[]): ChildProgram[] {
  return services.filter(
    ({ log }) =>
      (log.includes('Traces: ') && !log.includes('(in another process)')) ||
      log.includes('(from now on in this process)'),
  );
}

interface Row {
  readonly name: string;
  readonly run: number;
  readonly state: string;
  readonly runningCount: number;
  readonly silentCount: number;
}

/** The traces that match, once they are as a test wants them. */
async function rowsOf(
  port: number,
  query: string,
  isEnough: (rows: Row[]) => boolean,
): Promise<Row[]> {
  let rows: Row[] = [];
  for (let tries = 0; tries < 600; tries++) {
    try {
      const path = `/api/traces?limit=500&q=${encodeURIComponent(query)}`;
      rows = (await ask(port, { path })).json().traces;
    } catch {
      rows = [];
    }
    if (isEnough(rows)) return rows;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`The viewer shows for ${query}: ${JSON.stringify(rows)}`);
}

const some = (rows: Row[]): boolean => rows.length > 0;

describe('a viewer that several services share', () => {
  it('is taken over by one of them when its process is killed', async () => {
    const port = await freePort();
    const orders = await startService('orders', port);
    const others = [await startService('stock', port), await startService('prices', port)];
    for (const service of ['orders', 'stock', 'prices']) {
      await rowsOf(port, `name:"${service} works"`, some);
      await rowsOf(port, `name:"${service} waits" is:running`, some);
    }
    await orders.kill();
    // What was there survives, and what is sent afterwards arrives.
    expect(some(await rowsOf(port, 'name:"orders works" run:1', some))).toBe(true);
    for (const service of ['stock', 'prices']) {
      await rowsOf(port, `name:"${service} works" run:2`, (rows) => rows.length > 20);
      await rowsOf(port, `name:"${service} waits" is:running`, some);
    }
    const [gone] = await rowsOf(port, 'name:"orders waits"', ([row]) => row?.silentCount === 1);
    expect(gone).toMatchObject({ state: 'incomplete', runningCount: 0 });
    const { run, runs } = (await ask(port, { path: '/api/viewer' })).json();
    expect([run, runs.map((each: { run: number }) => each.run)]).toEqual([2, [1, 2]]);
    const logs: string[] = [];
    for (const service of others) {
      service.terminate();
      const worked = await service.said<number>('worked');
      const { exitCode, log } = await service.ended;
      expect(exitCode).toBe(0);
      // Its own spans, and the one that waited.
      const counts = await service.said<{ ended: number; pipelines: { exported: number }[] }>(
        'counts',
      );
      expect(counts).toMatchObject({ live: 0, lost: 0, pipelines: [{ exported: counts.ended }] });
      expect(counts.ended).toBeGreaterThan(worked);
      logs.push(log);
    }
    const hosted = logs.filter((log) => log.includes('from now on in this process'));
    expect(hosted.length).toBeGreaterThanOrEqual(1);
    await expect(orders.ended).resolves.toMatchObject({ signal: 'SIGKILL' });
  }, 120_000);

  it('is hosted by one of the processes that start at once, and when that is killed, by one other', async () => {
    const port = await freePort();
    const names = ['orders', 'stock', 'prices', 'users'];
    const services = names.map((name) => beginService(name, port));
    for (const service of services) await service.said('started');
    for (const name of names) await rowsOf(port, `name:"${name} works" run:1`, some);
    const [host, ...further] = hostsOf(services) as [ChildProgram];
    expect(further).toEqual([]);
    expect(services.filter(({ log }) => log.includes('(in another process)'))).toHaveLength(3);
    await host.kill();
    const others = services.filter((service) => service !== host);
    const otherNames = names.filter((_, i) => services[i] !== host);
    for (const name of otherNames) await rowsOf(port, `name:"${name} works" run:2`, some);
    expect(hostsOf(others)).toHaveLength(1);
    // Nobody has logged a failed attempt.
    expect(others.map(({ log }) => /could not|cannot/.exec(log)?.[0])).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  }, 120_000);

  it('keeps its traces when its service restarts, until they are dropped', async () => {
    const port = await freePort();
    for (let run = 1; run <= 2; run++) {
      const service = await startService('orders', port);
      await rowsOf(port, `run:${run}`, some);
      service.terminate();
      expect(await service.ended).toMatchObject({ exitCode: 0 });
    }
    const service = await startService('orders', port);
    for (const run of [1, 2, 3]) await rowsOf(port, `run:${run} name:works`, some);
    const headers = { 'x-nestjs-traced': '1' };
    expect((await ask(port, { method: 'DELETE', path: '/api/traces', headers })).status).toBe(200);
    service.terminate();
    await service.ended;
    await startService('orders', port);
    await rowsOf(port, 'run:4', some);
    expect(await rowsOf(port, 'run:1 OR run:2', () => true)).toEqual([]);
  }, 120_000);
});

describe('the command', () => {
  it('runs its viewer in a thread with limits for its memory, which ends with it', async () => {
    const port = await freePort();
    const child = programs.startCommand(
      ['viewer', '--no-grpc', '--no-open', '--port', String(port)],
      ['--report-on-signal', `--report-directory=${folder}`, '--report-filename=report.json'],
    );
    children.push(child);
    await until(
      () => child.log.includes('Traces: '),
      () => child.log,
    );
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify(requestOf([spanOf(1, 1)]));
    await ask(port, { method: 'POST', path: '/v1/traces', headers, body });
    await rowsOf(port, 'name:"span 1"', some);
    child.signal('SIGUSR2');
    const file = join(folder, 'report.json');
    await until(
      () => existsSync(file) && readFileSync(file, 'utf8').trimEnd().endsWith('}'),
      () => child.log,
    );
    const { workers } = JSON.parse(readFileSync(file, 'utf8'));
    expect(workers).toHaveLength(1);
    child.terminate();
    expect(await child.ended).toMatchObject({ exitCode: 0 });
  }, 60_000);
});

describe('a process that a viewer has started', () => {
  it('tells where in the code its methods are, without the module of the viewer', async () => {
    const port = await freePort();
    const program = join('dist', 'programs', 'commanded.js');
    const args = ['viewer', '--no-grpc', '--no-open', '--port', String(port)];
    const child = programs.startCommand([...args, '--', process.execPath, program]);
    children.push(child);
    await rowsOf(port, 'name:Orders.place', some);
    const exported = (await ask(port, { path: '/api/export' })).body.toString();
    const { attributes } = JSON.parse(exported).resourceSpans[0].scopeSpans[0].spans[0];
    expect(attributes).toContainEqual({
      key: 'code.file.path',
      value: { stringValue: join(realpathSync(programs.folder), program) },
    });
    child.terminate();
    expect(await child.ended).toMatchObject({ exitCode: 0 });
  }, 60_000);

  it('reports open spans, which do not keep it alive', async () => {
    const viewer = await startViewer();
    const address = `http://127.0.0.1:${viewer.port}`;
    const child = programs.start('unended', {
      OTEL_EXPORTER_OTLP_ENDPOINT: address,
      NESTJS_TRACED_VIEWER: address,
    });
    children.push(child);
    expect(await child.ended).toMatchObject({ exitCode: 0 });
    const [entry] = viewer.store.entries();
    expect(entry?.read(0)).toMatchObject({ name: 'unended', attributes: { password: 'REDACTED' } });
    expect(entry?.runningCount).toBe(1);
  }, 60_000);
});
