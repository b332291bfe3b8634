import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { readLibrary } from '../../architecture/source-tree.js';
import { RepositoryCopy, ROOT } from './repository-copy.js';
import { type CommandResult, run } from './run-command.js';

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

const readme = readFileSync(join(ROOT, 'README.md'), 'utf8');
const blocks = [...readme.matchAll(/^```ts\n([\s\S]*?)^```$/gm)].map(([, code]) => code as string);

const library = readLibrary();

/** The first blocks are parts of one program; the others stand for themselves. */
const FIRST_TRACE_BLOCKS = 3;

describe.each(['README.md', 'lib/README.md', 'lib/CHANGELOG.md', 'sample/README.md'])(
  '%s',
  (path) => {
    const text = readFileSync(join(ROOT, path), 'utf8');
    const folder = dirname(join(ROOT, path));

    it('leads only to files that are there', () => {
      const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)\)/g)].map(
        ([, link]) => link as string,
      );
      expect(links.filter((link) => !existsSync(join(folder, link)))).toEqual([]);
    });

    it('leads only to headings that are there', () => {
      const headings = [...text.matchAll(/^#+ (.+)$/gm)].map(([, heading]) =>
        (heading as string)
          .toLowerCase()
          .replace(/[^\w -]/g, '')
          .replaceAll(' ', '-'),
      );
      const links = [...text.matchAll(/\]\(#([^)]+)\)/g)].map(([, link]) => link as string);
      expect(links.filter((link) => !headings.includes(link))).toEqual([]);
    });
  },
);

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

describe('README.md', () => {
  it('shows the sample that it tells to begin with, whole', () => {
    const sample = readFileSync(join(ROOT, 'sample/first-trace/main.ts'), 'utf8');
    expect(blocks.slice(0, FIRST_TRACE_BLOCKS).join('\n')).toBe(sample);
  });

  it('shows a test that is run here', () => {
    const test = readFileSync(join(ROOT, 'test/integration/sample/reserved-stock.spec.ts'), 'utf8');
    expect(blocks).toContain(test);
  });

  it.each([
    'BatchSpanProcessorOptions',
    'HttpClientOptions',
    'HttpServerOptions',
    'OtlpSpanExporterOptions',
    'ExporterRetryOptions',
    'SpanLimits',
    'ExporterTlsOptions',
    'TracedOptions',
    'TracingCounts',
    'PipelineCounts',
  ])('tells of every member of %s', (name) => {
    const members = [...library.values()]
      .flatMap(({ syntax }) => syntax.interfaceMembers.get(name) ?? [])
      .filter((member) => member !== 'diagnostics');
    expect(members).not.toEqual([]);
    expect(members.filter((member) => !readme.includes(`\`${member}\``))).toEqual([]);
  });

  it('names only parts that can be imported', () => {
    const doors = ['lib/index.ts', 'lib/core.ts', 'lib/grpc.ts', 'lib/testing/index.ts'].map(
      (path) => readFileSync(join(ROOT, path), 'utf8'),
    );
    const stock = blocks.flatMap((code) => code.match(/(?<=import \{)[^}]*(?=\} from '@)/g) ?? []);
    const role = 'Sampler|Propagator|Exporter|Processor|Generator|Recorder|Clock|Interceptor';
    const parts = new Set(readme.match(new RegExp(`\\b[A-Z][A-Za-z0-9]+(?:${role})\\b`, 'g')));
    const own = blocks.flatMap((code) => code.match(/(?<=class )\w+/g) ?? []);
    // Of `@opentelemetry/api`, named in texts only.
    const known = [...doors, ...stock, ...own, 'TextMapPropagator'].join('\n');
    expect(parts.size).toBeGreaterThan(10);
    expect([...parts].filter((part) => !new RegExp(`\\b${part}\\b`).test(known))).toEqual([]);
  });

  describe('in its other blocks of code', () => {
    const copy = new RepositoryCopy('package.json', 'tsconfig.json', 'lib');
    let compilation: CommandResult;

    beforeAll(async () => {
      blocks.slice(FIRST_TRACE_BLOCKS).forEach((code, index) => {
        writeFileSync(join(copy.folder, `block-${index + 1}.ts`), code);
      });
      const configuration = { extends: './tsconfig.json', include: ['block-*.ts'] };
      writeFileSync(join(copy.folder, 'tsconfig.readme.json'), JSON.stringify(configuration));
      compilation = await run(copy.folder, process.execPath, TSC, '-p', 'tsconfig.readme.json');
    }, 60_000);

    afterAll(() => copy.remove());

    it('is right about the types', () => {
      expect(blocks.length).toBeGreaterThan(FIRST_TRACE_BLOCKS);
      expect(compilation).toEqual({ exitCode: 0, stdout: '', stderr: '' });
    });
  });
});
