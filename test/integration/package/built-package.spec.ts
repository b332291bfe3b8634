import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOORS } from '../../architecture/doors.js';
import { readLibrary, readManifest } from '../../architecture/source-tree.js';
import { type BuiltFile, BuiltPackage, FORMATS } from './built-package.js';

const SUBPATHS = Object.keys(DOORS).map((door) => door.replace('nestjs-traced', '.'));

let built: BuiltPackage;

beforeAll(async () => {
  built = await BuiltPackage.build();
}, 60_000);
afterAll(() => built.remove());

describe('the command of the package', () => {
  it('starts', async () => {
    expect(await built.command('--version')).toBe(`${readManifest().version}\n`);
    expect(await built.command('--help')).toContain('nestjs-traced viewer');
  });
});

describe('the code of the package', () => {
  it('has a file for each door, and few beside them', () => {
    const paths = built.files('code').map(({ path }) => path);
    const doors = Object.values(DOORS).map((path) => path.replace('.ts', '.js'));
    expect(paths).toEqual(expect.arrayContaining(doors));
    // The command and the worker of the viewer are files that are no doors.
    expect(paths.length).toBeLessThanOrEqual(3 * (doors.length + 2));
  });

  it('has each class once, which both formats share', () => {
    const code = codeOf(built.files('code'));
    const classes = [...readLibrary().values()].flatMap(({ syntax }) =>
      syntax.declarations.filter(({ kind }) => kind === 'class').map(({ name }) => name),
    );
    expect(classes.length).toBeGreaterThan(100);
    const found = [...code.matchAll(/\b(?:class (\w+)|(\w+?)(?:\$\d+)?=class)\b/g)];
    const builtNames = found.map(([, statement, expression]) => statement ?? expression);
    const times = (names: readonly unknown[], name: string): number =>
      names.filter((one) => one === name).length;
    expect(classes.filter((name) => times(builtNames, name) > times(classes, name))).toEqual([]);
    expect(times(builtNames, 'Tracer')).toBe(1);
  });

  it('keeps the names of classes and functions that are named alike', () => {
    const code = codeOf(built.files('code'));
    const renamed = [...code.matchAll(/\b(?:function\*? ((\w+)\$\d+)\(|((\w+)\$\d+)=class\b)/g)];
    expect(renamed.length).toBeGreaterThan(10);
    const lost = renamed.filter(([, fn, nameOfFn, cls, nameOfClass]) => {
      const subject = cls === undefined ? fn?.replace('$', '\\$') : 'this';
      return !new RegExp(`__name\\(${subject},[\`"]${nameOfFn ?? nameOfClass}[\`"]\\)`).test(code);
    });
    expect(lost.map(([, fn, , cls]) => fn ?? cls)).toEqual([]);
  });

  it('is all ASCII, which Node reads fastest', () => {
    const texts = built.files('code').map(({ code }) => code.match(/[^\0-\x7f].*/)?.[0]);
    expect(texts.filter((text) => text !== undefined)).toEqual([]);
  });

  it('has lines that Node can print beside an uncaught error', () => {
    const lines = built.files('code').flatMap(({ code }) => code.split('\n'));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThan(400);
  });
});

describe.each(FORMATS)('the package as %s', (format) => {
  it('has a file for each door, which leads to the code', () => {
    const files = built.files(format).filter(({ path }) => !path.includes('cli'));
    const doors = Object.values(DOORS).map((path) => path.replace('.ts', '.js'));
    expect(files.map(({ path }) => path).sort()).toEqual(doors.sort());
    for (const { code } of files) expect(code).toMatch(/\/code\/[\w/-]+\.js'/);
  });

  it('is one library, whichever doors are imported', async () => {
    expect(JSON.parse(await built.run('one-library', format))).toEqual({
      isTracerOfMainDoor: true,
      trace: 'request\n  Orders.place',
      errorOfGrpcDoor: true,
    });
  });

  it('runs the contracts in the test runner of Node', async () => {
    const tap = await built.runFailing('contracts', format, '--test-reporter=tap');
    const failed = [...tap.matchAll(/^ +not ok \d+ - (.+)$/gm)].map(([, name]) => name);
    expect(failed).toEqual(['describes itself']);
    expect(tap).toContain('Demanded: toString() starts with a name');
    expect(tap).toMatch(/what a caller wants to debug \(skipped: it is off\) # SKIP/);
    expect(tap).toMatch(/^# pass 16$/m);
  });

  it('runs the viewer in a thread of its own, which answers while the application is busy', async () => {
    expect(JSON.parse(await built.run('viewer-thread', format))).toEqual({
      status: 200,
      names: ['work'],
      warnings: [],
    });
  });

  it('keeps the names of what the doors export', async () => {
    const names = JSON.parse(await built.run('exported-names', format));
    expect(Object.keys(names)).toEqual(SUBPATHS);
    for (const [index, path] of Object.values(DOORS).entries()) {
      const source: Record<string, unknown> = await import(`../../../lib/${path}`);
      expect(names[SUBPATHS[index] as string]).toEqual(namesOfFunctions(source));
    }
  });

  it('loads no module of Node that Nest has not loaded', async () => {
    expect(JSON.parse(await built.run('loaded-built-ins', format))).toEqual([]);
  });

  it('knows its own lines in stacks, and shows who started an open span', async () => {
    const { startedAt, inTest } = JSON.parse(await built.run('open-span', format));
    expect(startedAt).toEqual([expect.stringMatching(/^at .*open-span\.mjs:10:16\)?$/)]);
    expect(inTest).toMatch(/^ {2}in a test: started at .*open-span\.mjs:13:8\)?$/);
  });

  it('shows the names of its functions in stack traces', async () => {
    const stack = await built.run('throwing', format);
    const frames = [...stack.matchAll(/^ +at (?:new )?(?:\w+\.)*(\w+) \((.+):\d+:\d+\)$/gm)];
    const own = frames.filter(([, , path]) => path?.startsWith(join(built.folder, 'dist', 'code')));
    const names = own.map(([, name]) => name);
    expect(names).toEqual(['invalidOption', 'checkOption', 'checkRatio', 'ProbabilitySampler']);
  });
});

describe('the declarations of the package', () => {
  it('are in the files of CommonJS, to which those of ES modules lead', () => {
    const declarations = built.declarations('cjs');
    for (const [path, text] of built.declarations('esm')) {
      expect(text).toMatch(/^export \* from '(?:\.\.\/)+cjs\/[\w/-]+\.js';\n$/);
      expect(declarations.has(path)).toBe(true);
    }
  });

  it('have docstrings', () => {
    const text = built.declarations('cjs').get('index.d.ts') ?? '';
    expect(text).toMatch(/\*\/\nexport declare class TracingModule /);
  });

  it.each([
    ['modules of Node', ['--module', 'nodenext']],
    ['bundlers', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('compile under the strictest settings, for %s', async (_, moduleOptions) => {
    const settings = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
    expect(await built.compileUsers([...settings, ...moduleOptions])).toBe('');
  });
});

function codeOf(files: readonly BuiltFile[]): string {
  // Line breaks can be inside of statements, and of strings.
  return files.map(({ code }) => code.replace(/\\?\n/g, '')).join('\n');
}

function namesOfFunctions(values: Record<string, unknown>): Record<string, string> {
  const functions = Object.entries(values).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(
    functions.map(([exported, value]) => [exported, (value as { name: string }).name]),
  );
}
