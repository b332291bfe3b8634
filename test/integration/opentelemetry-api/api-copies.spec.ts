import { cpSync, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BUILD_FILES, RepositoryCopy, ROOT } from '../sample/repository-copy.js';
import { run } from '../sample/run-command.js';

const API_PACKAGES: Readonly<Record<string, string>> = {
  '1.9': 'node_modules/opentelemetry-api-1.9',
  '1.10': 'node_modules/@opentelemetry/api',
};

const REQUEST = [
  'request > tracer taken early',
  'request > provider taken early',
  'request > tracer taken late',
  'request',
];

/** Of a copy that is newer than the registered one: it does not see the active context. */
const REQUEST_OF_NEWER = REQUEST.map((line) =>
  line === 'request > provider taken early' ? 'provider taken early' : line,
);

interface Outcome {
  readonly applications: string[][];
  readonly warnings: string[];
}

/**
 * An application and a library, each with a copy of the API, in a folder of their own. Node resolves
 * links, so what must find its own copy is copied.
 */
class ApplicationFolder {
  readonly #copy = new RepositoryCopy(...BUILD_FILES);
  readonly #modules = join(this.#copy.folder, 'application', 'node_modules');

  async build(): Promise<void> {
    const { folder } = this.#copy;
    const { exitCode, stdout, stderr } = await run(folder, process.execPath, '.build/build.js');
    if (exitCode !== 0) throw new Error(`The library could not be built: ${stdout}${stderr}`);
    cpSync(join(ROOT, 'test/integration/opentelemetry-api/application'), dirname(this.#modules), {
      recursive: true,
    });
    const library = join(this.#modules, 'nestjs-traced');
    mkdirSync(library, { recursive: true });
    cpSync(join(folder, 'package.json'), join(library, 'package.json'));
    cpSync(join(folder, 'dist'), join(library, 'dist'), { recursive: true });
    for (const name of ['rxjs', 'tslib', 'reflect-metadata', '@nestjs']) {
      symlinkSync(join(ROOT, 'node_modules', name), join(this.#modules, name));
    }
  }

  /** @param nested the version of a copy that only the library finds */
  async run(
    program: string,
    library: string,
    version: string,
    nested: string | undefined,
  ): Promise<Outcome> {
    const folder = dirname(this.#modules);
    const libraryFolder = join(folder, 'library');
    rmSync(libraryFolder, { recursive: true, force: true });
    mkdirSync(libraryFolder);
    cpSync(join(folder, library), join(libraryFolder, library));
    this.#install(version, this.#modules);
    if (nested !== undefined) this.#install(nested, join(libraryFolder, 'node_modules'));
    const { exitCode, stdout, stderr } = await run(
      folder,
      process.execPath,
      program,
      `./library/${library}`,
    );
    if (exitCode !== 0) throw new Error(stderr);
    return JSON.parse(stdout) as Outcome;
  }

  #install(version: string, modules: string): void {
    const target = join(modules, '@opentelemetry', 'api');
    rmSync(target, { recursive: true, force: true });
    cpSync(join(ROOT, API_PACKAGES[version] as string), target, { recursive: true });
  }

  remove(): void {
    this.#copy.remove();
  }
}

const folder = new ApplicationFolder();

beforeAll(() => folder.build(), 120_000);
afterAll(() => folder.remove());

describe.each(['main.cjs', 'main.mjs'])(
  'in two applications of %s, one after the other',
  (main) => {
    describe.each(['1.9', '1.10'])('with API %s', (version) => {
      it.each(['library.cjs', 'library.mjs'])('all spans of %s join', async (library) => {
        expect(await folder.run(main, library, version, undefined)).toEqual({
          applications: [REQUEST, REQUEST],
          warnings: [],
        });
      });
    });

    it.each(['library.cjs', 'library.mjs'])(
      'all spans of %s with an older copy of its own join',
      async (library) => {
        expect(await folder.run(main, library, '1.10', '1.9')).toEqual({
          applications: [REQUEST, REQUEST],
          warnings: [],
        });
      },
    );

    it('all spans of a library with a newer copy of its own join, and the copy is reported', async () => {
      const outcome = await folder.run(main, 'library.cjs', '1.9', '1.10');
      expect(outcome.applications).toEqual([REQUEST_OF_NEWER, REQUEST_OF_NEWER]);
      expect(outcome.warnings).toEqual([
        expect.stringMatching(
          /newer than the registered one.*1\.10\.0 at .*library.*index\.cjs, registered is 1\.9\.1 at .*application.node_modules.@opentelemetry.api.*\.js/,
        ),
        expect.stringMatching(/newer than the registered one/),
      ]);
    });
  },
);
