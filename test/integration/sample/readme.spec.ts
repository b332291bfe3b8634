import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { blocksOf, readPages } from '../../architecture/pages.js';
import { RepositoryCopy, ROOT } from './repository-copy.js';
import { type CommandResult, run } from './run-command.js';

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

/** The files that the first blocks of the README are, in their order. */
const FIRST_TRACE_FILES = ['greeting.ts', 'app.module.ts', 'main.ts'];

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const firstTraceBlocks = blocksOf(readme, 'ts').slice(0, FIRST_TRACE_FILES.length);

/** The types of packages that the pages migrate from, where the benchmarks install them. */
const INSTALLED_PEERS = new Map(
  [['nestjs-otel', 'nestjs-otel/lib/index.d.ts'] as const]
    .map(([name, file]): [string, string] => [name, join(ROOT, 'test/bench/node_modules', file)])
    .filter(([, file]) => existsSync(file)),
);

/** What the pages use of the others. */
const PEERS = 'test/integration/sample/peers';

/** What pages show of the tests: a test with the file that it imports, and applications that tests run. */
const SHOWN_FILES = [
  'orders.spec.ts',
  'traces.ts',
  'email-processor.ts',
  'serverless-handler.ts',
  'scoped-carts.ts',
];
const shownFiles = new Map(
  SHOWN_FILES.map((name) => [
    readFileSync(join(ROOT, 'test/integration/sample', name), 'utf8'),
    name,
  ]),
);

/** The blocks of code that stand for themselves, by the name of a file to compile them in. */
const otherBlocks = readPages().flatMap(({ path, text }) => {
  const blocks = blocksOf(text, 'ts');
  const page = path.replace(/\.md$/, '').replaceAll('/', '-');
  const named = blocks.map((code, index) => ({
    name: shownFiles.get(code) ?? `${page}-${index + 1}.ts`,
    code,
  }));
  return path === 'README.md' ? named.slice(FIRST_TRACE_FILES.length) : named;
});

describe('lib/README.md', () => {
  it('names only files and folders that are there', () => {
    const text = readFileSync(join(ROOT, 'lib/README.md'), 'utf8');
    const named = [...text.matchAll(/`((?:\w[\w.-]*\/)+[\w.-]*|[\w-]+\.ts)`/g)]
      .map(([, name]) => name as string)
      .filter((name) => !name.startsWith('dist/') && !name.startsWith('nestjs-traced/'));
    const isThere = (name: string): boolean =>
      ['lib', '.'].some((folder) => existsSync(join(ROOT, folder, name)));
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !isThere(name))).toEqual([]);
  });
});

describe('the pages', () => {
  it.each(FIRST_TRACE_FILES)('show sample/01-first-trace/%s whole', (name) => {
    const sample = readFileSync(join(ROOT, 'sample/01-first-trace', name), 'utf8');
    expect(firstTraceBlocks[FIRST_TRACE_FILES.indexOf(name)]).toBe(sample);
    expect(readme).toContain(`\`src/${name}\``);
  });

  it.each(SHOWN_FILES)('show %s, which is run here', (name) => {
    expect(otherBlocks.map((block) => block.name)).toContain(name);
  });

  describe('in their blocks of code', () => {
    const copy = new RepositoryCopy('package.json', 'tsconfig.json', 'lib', PEERS);
    let compilation: CommandResult;

    beforeAll(async () => {
      mkdirSync(join(copy.folder, 'src'));
      mkdirSync(join(copy.folder, 'pages'));
      FIRST_TRACE_FILES.forEach((name, index) => {
        writeFileSync(join(copy.folder, 'src', name), firstTraceBlocks[index] as string);
      });
      for (const { name, code } of otherBlocks) {
        writeFileSync(join(copy.folder, 'pages', name), code);
      }
      for (const name of INSTALLED_PEERS.keys()) rmSync(join(copy.folder, PEERS, `${name}.d.ts`));
      const { compilerOptions } = JSON.parse(readFileSync(join(ROOT, 'tsconfig.json'), 'utf8'));
      const peers = [...INSTALLED_PEERS].map(([name, file]) => [name, [file]]);
      const paths = { ...compilerOptions.paths, ...Object.fromEntries(peers) };
      const configuration = {
        extends: './tsconfig.json',
        compilerOptions: { paths },
        include: ['src', 'pages', PEERS],
      };
      writeFileSync(join(copy.folder, 'tsconfig.pages.json'), JSON.stringify(configuration));
      compilation = await run(copy.folder, process.execPath, TSC, '-p', 'tsconfig.pages.json');
    }, 60_000);

    afterAll(() => copy.remove());

    it('are right about the types', () => {
      expect(firstTraceBlocks.length).toBe(FIRST_TRACE_FILES.length);
      expect(otherBlocks.length).toBeGreaterThan(20);
      expect(compilation).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });
  });
});
