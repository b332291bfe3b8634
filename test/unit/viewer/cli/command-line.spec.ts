import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../../../lib/version.js';
import { runCommandLine } from '../../../../lib/viewer/cli/command-line.js';
import { browserCommand } from '../../../../lib/viewer/cli/open-browser.js';
import { printTrace } from '../../../../lib/viewer/cli/print-trace.js';
import { childEnvironment, runChild } from '../../../../lib/viewer/cli/run-child.js';
import { runViewer } from '../../../../lib/viewer/cli/run-viewer.js';
import type { Terminal } from '../../../../lib/viewer/cli/terminal.js';
import { type BundledWorker, bundleWorker } from '../../../support/bundled-worker.js';
import { freePort } from '../../../support/free-port.js';
import { idOf, protobufRequest, requestOf, spanOf } from '../../../support/otlp-requests.js';
import { until } from '../../../support/until.js';
import { ask, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
let folder: string;
let worker: BundledWorker;
beforeAll(() => {
  worker = bundleWorker();
});
afterAll(() => worker.remove());
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'viewer-cli-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

class TestTerminal implements Terminal {
  readonly outLines: string[] = [];
  readonly errLines: string[] = [];
  readonly isInteractive = false;
  out(line: string): void {
    this.outLines.push(line);
  }
  err(line: string): void {
    this.errLines.push(line);
  }
}

/** Runs a command line, and can ask it to end. */
function run(args: readonly string[], terminal = new TestTerminal(), workerFile = '') {
  const listeners: ((signal: NodeJS.Signals) => void)[] = [];
  const ended = runCommandLine(args, {
    terminal,
    environment: { PATH: process.env.PATH, MARK: 'kept' },
    workerFile,
    onSignal: (listener) => listeners.push(listener),
  });
  const signal = (name: NodeJS.Signals) => {
    for (const listener of listeners) listener(name);
  };
  return { ended, terminal, signal };
}

function write(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

async function addressOf({ errLines }: TestTerminal): Promise<number> {
  const find = () =>
    errLines.map((line) => /^Traces: http:\/\/localhost:(\d+)/.exec(line)?.[1]).find(Boolean);
  await until(
    () => find() !== undefined,
    () => errLines,
  );
  return Number(find());
}

describe('the command line', () => {
  it('prints help and version', async () => {
    const help = run(['--help']);
    expect(await help.ended).toBe(0);
    expect(help.terminal.outLines[0]).toContain('nestjs-traced viewer');
    const version = run(['--version']);
    expect([await version.ended, version.terminal.outLines]).toEqual([0, [VERSION]]);
  });

  it('explains mistakes', async () => {
    const { ended, terminal } = run(['nothing']);
    expect(await ended).toBe(2);
    expect(terminal.errLines[0]).toMatch(/^There is no command "nothing"\.\n\nUsage:/);
  });
});

describe('nestjs-traced trace', () => {
  async function print(args: readonly string[], viewer: { port: number }) {
    const { ended, terminal } = run(['trace', '--port', String(viewer.port), ...args]);
    return { code: await ended, ...terminal };
  }

  async function viewerWithTraces() {
    const viewer = await startViewer();
    const send = (trace: number, service: string, members = {}) =>
      viewer.store.receiveTraces(
        protobufRequest(
          requestOf([spanOf(trace, 1, { name: `work ${trace}`, ...members })], {
            'service.name': service,
          }),
        ),
      );
    send(0xabcd1, 'orders');
    send(0xabcd2, 'stock', { status: { code: 2 } });
    send(0xabcd3, 'orders');
    return viewer;
  }

  it.each([
    [[], 'work 703699'],
    [['--last'], 'work 703699'],
    [['--failed'], 'work 703698'],
    [['--service', 'stock'], 'work 703698'],
    [['--service', 'orders'], 'work 703699'],
    [[idOf(0xabcd1, 32)], 'work 703697'],
    [['00000000000'], 'work 703699'],
  ])('prints %j', async (args, name) => {
    const { code, outLines } = await print(args, await viewerWithTraces());
    expect([code, outLines.join('\n')]).toEqual([0, expect.stringContaining(name)]);
  });

  it.each([
    [['--service', 'none'], 'There is no such trace in the viewer.'],
    [['ffff'], 'There is no such trace in the viewer.'],
    [['f'.repeat(32)], 'There is no such trace.'],
  ])('says that there is none: %j', async (args, message) => {
    const { code, errLines } = await print(args, await viewerWithTraces());
    expect([code, errLines[0]]).toEqual([1, expect.stringContaining(message)]);
  });

  it('looks through all pages of the list', async () => {
    const viewer = await startViewer();
    const spans = Array.from({ length: 700 }, (_, i) =>
      spanOf(i + 1, 1, { status: { code: i === 3 ? 2 : 0 } }),
    );
    viewer.store.receiveTraces(protobufRequest(requestOf(spans)));
    const { code, outLines } = await print(['--failed'], viewer);
    expect([code, outLines[0]]).toEqual([0, expect.stringContaining(idOf(4, 32))]);
  });

  it('sends the token, and says what is refused', async () => {
    const viewer = await startViewer({ token: 'secret' });
    viewer.store.receiveTraces(protobufRequest(requestOf([spanOf(1, 1)])));
    expect((await print(['--token', 'secret'], viewer)).code).toBe(0);
    const { code, errLines } = await print([], viewer);
    expect([code, errLines[0]]).toEqual([
      1,
      expect.stringContaining('The token is missing or wrong'),
    ]);
  });

  it('says that no viewer runs', async () => {
    const terminal = new TestTerminal();
    const port = await freePort();
    const command = {
      name: 'trace',
      port,
      token: undefined,
      id: undefined,
      isFailed: false,
      service: undefined,
      htmlFile: undefined,
    } as const;
    expect(await printTrace(command, terminal)).toBe(1);
    expect(terminal.errLines).toEqual([
      `No viewer answers on port ${port} (ECONNREFUSED). Start one with: nestjs-traced viewer`,
    ]);
  });
});

describe('nestjs-traced viewer', () => {
  it('receives and shows traces until it is asked to end', async () => {
    const { ended, terminal, signal } = run(['viewer', '--no-grpc', '--port', '0']);
    const port = await addressOf(terminal);
    const body = JSON.stringify(requestOf([spanOf(1, 1)]));
    const headers = { 'content-type': 'application/json' };
    await ask(port, { method: 'POST', path: '/v1/traces', headers, body });
    expect((await ask(port, { path: `/t/${idOf(1, 32)}.txt` })).body.toString()).toContain(
      'span 1',
    );
    signal('SIGINT');
    expect(await ended).toBe(0);
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each(['in a thread', 'in the process'])('shows files %s', async (place) => {
    const file = write('a.jsonl', `${JSON.stringify(requestOf([spanOf(1, 1), spanOf(1, 2)]))}\n`);
    const args = ['viewer', '--no-grpc', '--port', '0', file];
    const workerFile = place === 'in a thread' ? worker.file : '';
    const { ended, terminal, signal } = run(args, new TestTerminal(), workerFile);
    const port = await addressOf(terminal);
    expect(terminal.errLines[0]).toBe(`${file}: 2 spans`);
    expect((await ask(port, { path: '/api/traces' })).json().traces).toHaveLength(1);
    signal('SIGTERM');
    expect(await ended).toBe(0);
    await expect(ask(port, { path: '/' })).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it.each(['in a thread', 'in the process'])(
    'does not start %s with a file that it cannot read',
    async (place) => {
      const args = ['viewer', '--no-grpc', '--port', '0', join(folder, 'missing.json')];
      const workerFile = place === 'in a thread' ? worker.file : '';
      const { ended, terminal } = run(args, new TestTerminal(), workerFile);
      expect(await ended).toBe(1);
      expect(terminal.errLines).toEqual([expect.stringContaining('ENOENT')]);
    },
  );

  it('starts a command that sends its spans there, and ends with its code', async () => {
    const script = `
      const { OTEL_EXPORTER_OTLP_ENDPOINT: url, OTEL_TRACES_EXPORTER, OTEL_BSP_SCHEDULE_DELAY, MARK } = process.env;
      const body = process.argv[1];
      fetch(url + '/v1/traces', { method: 'POST', headers: { 'content-type': 'application/json' }, body })
        .then((response) => process.exit(response.status === 200 && MARK === 'kept' && OTEL_TRACES_EXPORTER === 'otlp' && OTEL_BSP_SCHEDULE_DELAY === '200' ? 7 : 1));`;
    const body = JSON.stringify(requestOf([spanOf(1, 1)]));
    const { ended } = run([
      'viewer',
      '--no-grpc',
      '--port',
      '0',
      '--',
      process.execPath,
      '-e',
      script,
      body,
    ]);
    expect(await ended).toBe(7);
  });

  it('hands signals on to the command', async () => {
    const script =
      "process.on('SIGTERM', () => process.exit(5)); console.error('ready'); setInterval(() => {}, 1e3);";
    const { ended, terminal, signal } = run([
      'viewer',
      '--port',
      '0',
      '--',
      process.execPath,
      '-e',
      script,
    ]);
    await addressOf(terminal);
    let code: number | undefined;
    void ended.then((value) => {
      code = value;
    });
    // The command may not listen yet; a signal before that ends it with 143.
    await new Promise((resolve) => setTimeout(resolve, 300));
    signal('SIGTERM');
    await until(
      () => code !== undefined,
      () => terminal.errLines,
    );
    expect([5, 143]).toContain(code);
  });

  it('joins a viewer that runs, and has nothing to stay for', async () => {
    const { port } = await startViewer();
    const { ended, terminal } = run(['viewer', '--port', String(port)]);
    expect(await ended).toBe(0);
    expect(terminal.errLines).toEqual([`Traces: http://localhost:${port} (in another process)`]);
  });

  it('shows no files in a viewer of another process', async () => {
    const { port } = await startViewer();
    const { ended, terminal } = run(['viewer', '--port', String(port), write('a.json', '{}')]);
    expect(await ended).toBe(1);
    expect(terminal.errLines[0]).toContain('Give another --port for files.');
  });

  it.each([
    [['--port', '70000'], 2, 'viewer.port must be'],
    [['--host', '0.0.0.0'], 2, 'viewer.token must be set'],
    [['--host', '192.0.2.1', '--token', 't'], 1, 'The viewer cannot listen'],
  ])('explains what cannot be: %j', async (args, code, message) => {
    const { ended, terminal } = run(['viewer', '--no-grpc', ...args]);
    expect([await ended, terminal.errLines[0]]).toEqual([code, expect.stringContaining(message)]);
  });

  it('is a function of its own, too', async () => {
    const terminal = new TestTerminal();
    const command = {
      name: 'viewer',
      options: { port: -1 },
      files: [],
      child: [],
      opensBrowser: false,
    } as const;
    const parts = { terminal, environment: {}, workerFile: '', onSignal: () => {} };
    expect(await runViewer(command, parts)).toBe(2);
  });
});

describe('the command that is started', () => {
  it('gets the variables that every SDK reads, and a token as a header', () => {
    expect(
      childEnvironment({ A: '1', OTEL_EXPORTER_OTLP_ENDPOINT: 'http://other' }, 4318, 'a=b'),
    ).toEqual({
      A: '1',
      OTEL_TRACES_EXPORTER: 'otlp',
      NESTJS_TRACED_VIEWER: 'http://localhost:4318',
      OTEL_EXPORTER_OTLP_ENDPOINT: 'http://localhost:4318',
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/protobuf',
      OTEL_BSP_SCHEDULE_DELAY: '200',
      OTEL_EXPORTER_OTLP_HEADERS: 'authorization=Bearer%20a%3Db',
    });
    expect(childEnvironment({}, 1, undefined)).not.toHaveProperty('OTEL_EXPORTER_OTLP_HEADERS');
  });

  it('counts as a shell counts where it cannot be started, or where a signal has ended it', async () => {
    const lines: string[] = [];
    const missing = runChild([join(folder, 'missing')], {}, (line) => lines.push(line));
    expect(await missing.ended).toBe(127);
    expect(lines[0]).toContain('cannot be started');
    const killed = runChild([process.execPath, '-e', 'setInterval(() => {}, 1e3)'], {}, () => {});
    killed.kill('SIGKILL');
    expect(await killed.ended).toBe(137);
  });
});

describe('browserCommand', () => {
  it.each([
    ['linux', ['xdg-open', 'http://localhost:1']],
    ['darwin', ['open', 'http://localhost:1']],
    ['aix', undefined],
  ])('is, on %s, %j', (platform, command) => {
    expect(browserCommand('http://localhost:1', platform)).toEqual(command);
  });
});
