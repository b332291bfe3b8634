import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { connect } from 'node:net';
import { expect } from '@jest/globals';
import { freePort } from '../../support/free-port.js';
import { expectSoon, until } from '../../support/until.js';
import { environmentWithoutTests } from './run-command.js';

/** Lets the standard output of a process be a terminal. */
const TERMINAL = '--import=data:text/javascript,process.stdout.isTTY=true';

/** A sample in a process of its own, started as `npm run sample` does after the build. */
export class SampleProcess {
  #written = '';
  readonly #ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    private readonly url: string,
  ) {
    this.#ended = once(child, 'close');
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#written += chunk.toString();
      });
    }
  }

  /**
   * Resolves when it has started.
   *
   * @param folder where `dist` is
   * @param settings further environment variables
   */
  static async start(
    folder: string,
    args: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<SampleProcess> {
    const port = String(await freePort());
    const child = spawn(process.execPath, [TERMINAL, 'dist/sample/run.js', ...args], {
      cwd: folder,
      env: {
        ...environmentWithoutTests(),
        PORT: port,
        NO_COLOR: '1',
        NODE_OPTIONS: TERMINAL,
        ...settings,
      },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const sample = new SampleProcess(child, `http://127.0.0.1:${port}`);
    await sample.waitFor(/successfully started/);
    // It listens a moment later.
    await expectSoon(
      () => accepts(Number(port)),
      (isListening) => expect(isListening).toBe(true),
    );
    return sample;
  }

  /** Everything that it has written. */
  get written(): string {
    return this.#written;
  }

  /** Sends a request, and returns status and body. */
  async ask(method: string, path: string): Promise<string> {
    const response = await fetch(`${this.url}${path}`, { method });
    return `${response.status} ${await response.text()}`;
  }

  /** Waits until it has written this. */
  async waitFor(pattern: RegExp): Promise<void> {
    await until(
      () => pattern.test(this.#written) || this.child.exitCode !== null,
      () => this.#written,
    );
    if (!pattern.test(this.#written)) throw new Error(`The sample ended: ${this.#written}`);
  }

  /** Ends it as a platform does, and resolves when it has ended. */
  async stop(): Promise<void> {
    this.child.kill('SIGTERM');
    await this.#ended;
  }
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}
