import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';

/** The command `nestjs-traced viewer`, in a process of its own. */
export class ViewerProcess {
  readonly #process: ChildProcess;
  #output = '';

  /** @param port 0 for any free one; undefined for the usual one */
  constructor(port: string | undefined) {
    const options = port === undefined ? [] : ['--port', port];
    const args = [commandFile(), 'viewer', '--no-open', '--no-grpc', ...options];
    this.#process = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    // However the runner ends, it leaves nothing behind.
    process.once('exit', () => this.#process.kill('SIGKILL'));
  }

  /** Resolves with the address of the viewer, which another process may have started before. */
  async address(): Promise<string> {
    return new Promise((resolve, reject) => {
      this.#process.stderr?.on('data', (chunk: Buffer) => {
        this.#output += chunk.toString();
        const address = /^Traces: (http:\S+)/m.exec(this.#output)?.[1];
        if (address !== undefined) resolve(address);
      });
      this.#process.once('close', () => {
        reject(new Error(`The viewer has ended. It said:\n${this.#output}`));
      });
    });
  }

  /** Resolves when the process has ended. */
  async stop(): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = once(this.#process, 'exit');
    this.#process.kill('SIGINT');
    await ended;
  }
}

/** The file that `npx nestjs-traced` runs. */
function commandFile(): string {
  const manifest = createRequire(import.meta.url).resolve('nestjs-traced/package.json');
  const { bin } = JSON.parse(readFileSync(manifest, 'utf8')) as { bin: Record<string, string> };
  return join(dirname(manifest), bin['nestjs-traced'] as string);
}
