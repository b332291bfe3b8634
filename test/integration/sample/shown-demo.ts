import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { environmentWithoutTests } from './run-command.js';

/** The demo with its viewer, in a group of processes of its own, as a terminal starts it. */
export class ShownDemo {
  readonly #process: ChildProcess;
  /** Resolves with the exit code. */
  readonly ended: Promise<number | null>;
  #output = '';

  /** @param folder where the demo is built */
  constructor(folder: string) {
    const args = ['dist/sample/demo/run.js', '--viewer', '--port', '0'];
    this.#process = spawn(process.execPath, args, {
      cwd: folder,
      env: environmentWithoutTests(),
      stdio: ['ignore', 'pipe', 'pipe'],
      detached: true,
    });
    this.ended = once(this.#process, 'exit').then(([code]) => code as number | null);
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  /** Resolves when the demo says that it runs. */
  addresses(): Promise<{ viewerUrl: string; gatewayUrl: string }> {
    return new Promise((resolve, reject) => {
      this.#process.stdout?.on('data', () => {
        const viewerUrl = /^Traces: (\S+)$/m.exec(this.#output)?.[1];
        const gatewayUrl = /(http:\S+)\/orders$/m.exec(this.#output)?.[1];
        if (viewerUrl !== undefined && gatewayUrl !== undefined && /Ctrl\+C/.test(this.#output)) {
          resolve({ viewerUrl, gatewayUrl });
        }
      });
      void this.ended.then((code) => {
        reject(new Error(`The demo has ended with ${code}. It said:\n${this.#output}`));
      });
    });
  }

  /** As Ctrl+C does: the signal reaches all processes of the group. */
  interrupt(): void {
    process.kill(-(this.#process.pid as number), 'SIGINT');
  }

  /** Ends what is left of the group at once. */
  kill(): void {
    try {
      process.kill(-(this.#process.pid as number), 'SIGKILL');
    } catch {
      // Nothing is left.
    }
  }
}
