import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import { accept, Collector } from '../export/collector.js';
import { BuiltPrograms, type ChildProgram } from './child-program.js';

/** Longer than the time limit of an export in the program; platforms freeze processes for minutes. */
const FROZEN_MILLIS = 3_500;

let programs: BuiltPrograms;
let collector: Collector;
let child: ChildProgram | undefined;
let runtime: Runtime | undefined;

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 240_000);
afterEach(async () => {
  await child?.kill();
  runtime?.stop();
  await collector.stop();
  child = undefined;
  runtime = undefined;
});
afterAll(() => programs.remove());

/** The server of a platform for functions, which has one invocation after the other. */
class Runtime {
  readonly answers: string[] = [];
  readonly #server: Server;
  readonly #paths: (string | undefined)[] = [];
  #waiting: ServerResponse | undefined;

  private constructor() {
    this.#server = createServer((request, response) => {
      if (request.url === '/next') {
        this.#waiting = response;
        this.#serve();
        return;
      }
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        this.answers.push(body);
        response.end();
      });
    });
  }

  static async start(): Promise<Runtime> {
    const started = new Runtime();
    await new Promise<void>((resolve) => {
      started.#server.listen(0, '127.0.0.1', resolve);
    });
    return started;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  get isWaiting(): boolean {
    return this.#waiting !== undefined;
  }

  /** @param path undefined for the end of the function */
  invoke(path: string | undefined): void {
    this.#paths.push(path);
    this.#serve();
  }

  #serve(): void {
    if (this.#waiting === undefined || this.#paths.length === 0) return;
    const response = this.#waiting;
    this.#waiting = undefined;
    response.end(JSON.stringify({ path: this.#paths.shift() }));
  }

  stop(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }
}

async function start(mode: string, url: string): Promise<ChildProgram> {
  runtime = await Runtime.start();
  child = programs.start('serverless', {
    MODE: mode,
    COLLECTOR_URL: url,
    RUNTIME_URL: runtime.url,
  });
  return child;
}

async function freeze(program: ChildProgram, during: () => unknown): Promise<void> {
  program.signal('SIGSTOP');
  await during();
  await new Promise((resolve) => setTimeout(resolve, FROZEN_MILLIS));
  program.signal('SIGCONT');
}

const SPANS = ['GET /orders/:id', 'OrdersService.find'];

describe('a function with an application that is kept', () => {
  it('delivers the spans of each invocation before it answers, without a server', async () => {
    collector = await Collector.start(accept);
    const program = await start('function', collector.url);
    for (let count = 1; count <= 3; count++) {
      runtime?.invoke(`/orders/${count}`);
      await until(
        () => runtime?.answers.length === count,
        () => program.log,
      );
      expect(collector.spanNames).toHaveLength(2 * count);
    }
    expect(collector.spanNames.toSorted()).toEqual([...SPANS, ...SPANS, ...SPANS].toSorted());
    expect(runtime?.answers).toEqual(['{"id":"1"}', '{"id":"2"}', '{"id":"3"}']);
    runtime?.invoke(undefined);
    // Nothing of ours keeps the process alive: it has no shutdown.
    const { exitCode, log } = await program.ended;
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
  });

  it('replaces the connections that died while it was frozen', async () => {
    collector = await Collector.start(accept);
    const program = await start('function', collector.url);
    runtime?.invoke('/orders/1');
    await until(
      () => runtime?.answers.length === 1 && runtime.isWaiting,
      () => program.log,
    );
    await freeze(program, () => {
      for (const { socket } of collector.requests) socket.destroy();
    });
    runtime?.invoke('/orders/2');
    await until(
      () => runtime?.answers.length === 2,
      () => program.log,
    );
    expect(collector.spanNames).toHaveLength(4);
    expect(program.log).toBe('');
  });

  it('delivers what was under way when it was frozen for longer than an export may take', async () => {
    let release: (() => void) | undefined;
    collector = await Collector.start((request, response, index) => {
      if (index > 0) return accept(request, response);
      // The first request is answered while the process is frozen; its connection breaks.
      release = () => request.socket.destroy();
    });
    const program = await start('function', collector.url);
    runtime?.invoke('/orders/1');
    await until(
      () => release !== undefined,
      () => program.log,
    );
    await freeze(program, () => release?.());
    await until(
      () => runtime?.answers.length === 1,
      () => program.log,
    );
    runtime?.invoke(undefined);
    const counts = await program.said<{ lost: number; pipelines: { exported: number }[] }>(
      'counts',
    );
    expect({
      log: program.log,
      lost: counts.lost,
      exported: counts.pipelines[0]?.exported,
    }).toEqual({
      log: '',
      lost: 0,
      exported: 2,
    });
  });
});

describe('a script with an application context', () => {
  it('delivers its spans with app.close(), and then may call process.exit', async () => {
    collector = await Collector.start(accept);
    const { exitCode, log } = await (await start('script-close', collector.url)).ended;
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
    expect(collector.spanNames).toEqual(['OrdersService.find', 'OrdersService.find']);
  });

  it('delivers its spans when it has nothing more to do', async () => {
    collector = await Collector.start(accept);
    const { exitCode, log } = await (await start('script', collector.url)).ended;
    expect({ exitCode, log }).toEqual({ exitCode: 0, log: '' });
    expect(collector.spanNames).toHaveLength(2);
  });

  it('says in one line what it loses by process.exit', async () => {
    collector = await Collector.start(accept);
    const { log } = await (await start('script-exit', collector.url)).ended;
    expect(log.match(/The process ends with 2 spans undelivered\. They are lost\./g)).toHaveLength(
      1,
    );
    expect(collector.requests).toEqual([]);
  });

  it('delivers its spans from a thread', async () => {
    collector = await Collector.start(accept);
    const program = await start('worker', collector.url);
    expect(await program.said('exitCode')).toBe(0);
    expect(collector.spanNames).toHaveLength(2);
  });
});

describe('a cluster', () => {
  it('delivers the spans of workers that a process manager replaces', async () => {
    collector = await Collector.start(accept);
    const program = await start('cluster', collector.url);
    expect(await program.said('ready')).toBe(true);
    expect(await program.said('exited')).toBe(2);
    const orders = collector.spanNames.filter((name) => name === 'OrdersService.find');
    expect(orders).toHaveLength(2);
    const { log } = await program.ended;
    expect(log).toBe('');
  });
});
