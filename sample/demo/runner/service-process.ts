import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { TracingCounts } from 'nestjs-traced';
import { type ServiceMessage, STOP } from '../serve.js';

/** A service of the demo, in a process of its own. */
export class ServiceProcess {
  readonly #process: ChildProcess;
  #output = '';

  /**
   * Starts `../<name>/main.js`.
   *
   * @param environment the variables that it gets besides those of the runner
   */
  constructor(
    readonly name: string,
    environment: Readonly<Record<string, string>>,
  ) {
    this.#process = fork(new URL(`../${name}/main.js`, import.meta.url), {
      env: { ...environmentWithoutTracing(), ...environment },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    });
    // However the runner ends, it leaves nothing behind.
    process.once('exit', () => this.kill());
    for (const stream of [this.#process.stdout, this.#process.stderr]) {
      stream?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
      });
    }
  }

  /** Resolves with the service's address when it can be called. */
  async listening(): Promise<string> {
    const message = await this.#nextMessage();
    if ('address' in message) return message.address;
    throw new Error(`The service ${this.name} stopped before it was asked to`);
  }

  /** Has the service closed; resolves with what became of its spans, when its process has ended. */
  async stop(): Promise<TracingCounts> {
    const exited = once(this.#process, 'exit');
    this.#process.send(STOP);
    const message = await this.#nextMessage();
    await exited;
    if ('counts' in message) return message.counts;
    throw new Error(`The service ${this.name} did not say what became of its spans`);
  }

  /** Ends the process at once, if it has not ended yet. */
  kill(): void {
    this.#process.kill('SIGKILL');
  }

  #nextMessage(): Promise<ServiceMessage> {
    return new Promise((resolve, reject) => {
      this.#process.once('message', (message) => resolve(message as ServiceMessage));
      this.#process.once('exit', (code, signal) => {
        const how = signal ?? `exit code ${code}`;
        reject(new Error(`The service ${this.name} ended with ${how}. It said:\n${this.#output}`));
      });
    });
  }
}

/** Whoever runs the demo may trace elsewhere; the demo's spans come to the demo. */
function environmentWithoutTracing(): NodeJS.ProcessEnv {
  const variables = Object.entries(process.env).filter(([name]) => !name.startsWith('OTEL_'));
  return Object.fromEntries(variables);
}
