import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { BUILD_FILES, RepositoryCopy } from '../sample/repository-copy.js';
import { environmentWithoutTests, run } from '../sample/run-command.js';

const TSC = 'node_modules/typescript/bin/tsc';
const PROGRAMS = 'test/integration/process/programs';

/** The programs of this folder and the library, built as users get it, in a folder of their own. */
export class BuiltPrograms {
  readonly #copy = new RepositoryCopy(...BUILD_FILES, PROGRAMS);

  static build(): Promise<BuiltPrograms> {
    return BuiltPrograms.#buildBy(['.build/build.js']);
  }

  /** With the library not bundled, but a file of JavaScript for each source. */
  static buildFileByFile(): Promise<BuiltPrograms> {
    const emit = ['--emitDeclarationOnly', 'false', '--outDir', 'dist/esm'];
    return BuiltPrograms.#buildBy([TSC, '-p', 'lib/tsconfig.build.json', ...emit]);
  }

  static async #buildBy(command: readonly string[]): Promise<BuiltPrograms> {
    const programs = new BuiltPrograms();
    const { folder } = programs.#copy;
    for (const step of [command, [TSC, '-p', PROGRAMS]]) {
      const { exitCode, stdout, stderr } = await run(folder, process.execPath, ...step);
      if (exitCode !== 0) throw new Error(`${step.join(' ')} failed: ${stdout}${stderr}`);
    }
    return programs;
  }

  /**
   * @param settings its environment, besides that of the test
   * @param limits what it is granted, as options of `ulimit`: `-f 16`
   */
  start(
    name: string,
    settings: Readonly<Record<string, string>>,
    nodeOptions: readonly string[] = [],
    limits?: string,
  ): ChildProgram {
    const node = [process.execPath, ...nodeOptions, join('dist', 'programs', `${name}.js`)];
    const limited = ['sh', '-c', `ulimit ${limits} && exec "$0" "$@"`, ...node];
    const [program = '', ...parameters] = limits === undefined ? node : limited;
    return new ChildProgram(
      spawn(program, parameters, {
        cwd: this.#copy.folder,
        env: { ...environmentWithoutTests(), ...settings },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** Starts the command of the package. @param nodeOptions of the process */
  startCommand(args: readonly string[], nodeOptions: readonly string[] = []): ChildProgram {
    const program = [...nodeOptions, join('dist', 'esm', 'viewer', 'cli', 'main.js'), ...args];
    return new ChildProgram(
      spawn(process.execPath, program, {
        cwd: this.#copy.folder,
        env: environmentWithoutTests(),
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  /** The folder that `dist` is in. */
  get folder(): string {
    return this.#copy.folder;
  }

  remove(): void {
    this.#copy.remove();
  }
}

/** How a program ended. */
export interface ProgramEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
  /** What it wrote that was no message. */
  readonly log: string;
}

/** A program that runs in a process of its own, and tells the test something in lines of JSON. */
export class ChildProgram {
  /** Resolves when it has ended and all that it said is there. */
  readonly ended: Promise<ProgramEnd>;
  readonly #child: ChildProcess;
  readonly #said: Record<string, unknown> = {};
  #log = '';
  #onChange = (): void => {};

  constructor(child: ChildProcess) {
    this.#child = child;
    if (child.stdout === null) throw new Error('The program has no output.');
    createInterface(child.stdout).on('line', (line) => {
      if (line.startsWith('{')) Object.assign(this.#said, JSON.parse(line));
      else this.#log += `${line}\n`;
      this.#onChange();
    });
    child.stderr?.on('data', (chunk: Buffer) => {
      this.#log += chunk.toString();
    });
    this.ended = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        resolve({ exitCode, signal, log: this.#log });
        this.#onChange();
      });
    });
  }

  /** Waits until it has said something under this name. @throws Error if it ends without */
  async said<T>(name: string): Promise<T> {
    let end: ProgramEnd | undefined;
    void this.ended.then((ended) => {
      end = ended;
    });
    while (!(name in this.#said)) {
      if (end !== undefined) throw new Error(`It ended and did not tell ${name}: ${end.log}`);
      await Promise.race([
        this.ended,
        new Promise<void>((resolve) => {
          this.#onChange = resolve;
        }),
      ]);
    }
    return this.#said[name] as T;
  }

  /** What it has written so far that was no message. */
  get log(): string {
    return this.#log;
  }

  /** Sends it a signal that does not end it. */
  signal(name: NodeJS.Signals): void {
    this.#child.kill(name);
  }

  /** Asks it to end, as an orchestrator does. */
  terminate(): void {
    this.#child.kill('SIGTERM');
  }

  /** Ends it, whatever it does. */
  async kill(): Promise<void> {
    this.#child.kill('SIGKILL');
    await this.ended;
  }
}
