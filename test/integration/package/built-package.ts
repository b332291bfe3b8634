import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { DOORS } from '../../architecture/doors.js';
import { BUILD_FILES, RepositoryCopy } from '../sample/repository-copy.js';
import { run } from '../sample/run-command.js';

/** The module formats that the package is built in. */
export const FORMATS = ['esm', 'cjs'] as const;

export type Format = (typeof FORMATS)[number];

const PROGRAMS = 'test/integration/package/programs';
const TYPE_CHECKS = 'test/type-checks';

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

/** A JavaScript file of the built package. */
export interface BuiltFile {
  /** From its folder on. */
  readonly path: string;
  readonly code: string;
}

/** The package as `npm run build` makes it from the files as they are now, in a folder of its own. */
export class BuiltPackage {
  readonly #copy = new RepositoryCopy(...BUILD_FILES, PROGRAMS, TYPE_CHECKS);

  static async build(): Promise<BuiltPackage> {
    const built = new BuiltPackage();
    await built.#run('.build/build.js');
    return built;
  }

  /** Runs a program of the folder `programs`, which gets at the package as its users do. */
  run(program: string, format: Format, ...nodeOptions: readonly string[]): Promise<string> {
    return this.#run(...nodeOptions, join(PROGRAMS, `${program}.mjs`), format);
  }

  /** Runs a program that fails, and returns what it prints. */
  async runFailing(program: string, format: Format, ...nodeOptions: string[]): Promise<string> {
    const path = join(PROGRAMS, `${program}.mjs`);
    const { exitCode, stdout } = await run(
      this.#copy.folder,
      process.execPath,
      ...nodeOptions,
      path,
      format,
    );
    if (exitCode === 0) throw new Error(`node ${path} did not fail: ${stdout}`);
    return stdout;
  }

  /** Runs the command of the package. @returns what it prints */
  command(...args: readonly string[]): Promise<string> {
    return this.#run('dist/esm/viewer/cli/main.js', ...args);
  }

  /**
   * Compiles files that import every door, in both module formats, and the type checks of the repository
   * with the declarations of the package.
   *
   * @returns the messages of the compiler; empty if all files compile
   */
  async compileUsers(settings: readonly string[]): Promise<string> {
    const { folder } = this.#copy;
    mkdirSync(join(folder, 'users'), { recursive: true });
    const doors = Object.keys(DOORS).map(
      (door, index) => `export * as door${index} from '${door}';`,
    );
    const users: Record<string, string> = {
      'doors.mts': doors.join('\n'),
      'doors.cts': doors.join('\n'),
    };
    const checks = readdirSync(join(folder, TYPE_CHECKS)).filter((name) => name.endsWith('.ts'));
    for (const name of checks) {
      users[name] = readFileSync(join(folder, TYPE_CHECKS, name), 'utf8');
    }
    const paths = Object.keys(users).map((name) => join('users', name));
    for (const [name, text] of Object.entries(users)) {
      writeFileSync(join(folder, 'users', name), text);
    }
    const common = [
      '--noEmit',
      '--target',
      'es2023',
      '--experimentalDecorators',
      '--types',
      'node',
    ];
    const options = ['--ignoreConfig', ...common, ...settings];
    const { stdout, stderr } = await run(folder, process.execPath, TSC, ...options, ...paths);
    return stdout + stderr;
  }

  /** All JavaScript of a folder of `dist`: the files of a format, or the code that both share. */
  files(folder: Format | 'code'): readonly BuiltFile[] {
    const absolute = join(this.#copy.folder, 'dist', folder);
    return readdirSync(absolute, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.js'))
      .map((path) => ({ path, code: readFileSync(join(absolute, path), 'utf8') }));
  }

  /** The declarations of a format, by their paths. */
  declarations(format: Format): ReadonlyMap<string, string> {
    const folder = join(this.#copy.folder, 'dist', format);
    const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
    const declarations = paths.filter((path) => path.endsWith('.d.ts'));
    return new Map(declarations.map((path) => [path, readFileSync(join(folder, path), 'utf8')]));
  }

  /** The folder of the package. */
  get folder(): string {
    return this.#copy.folder;
  }

  remove(): void {
    this.#copy.remove();
  }

  async #run(...args: readonly string[]): Promise<string> {
    const { folder } = this.#copy;
    const { exitCode, stdout, stderr } = await run(folder, process.execPath, ...args);
    if (exitCode !== 0) throw new Error(`node ${args.join(' ')} failed: ${stdout}${stderr}`);
    return stdout;
  }
}
