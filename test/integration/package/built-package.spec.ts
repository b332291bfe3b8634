import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { DOORS } from '../../architecture/doors.js';
import { readManifest } from '../../architecture/source-tree.js';
import { BuiltPackage, FORMATS } from './built-package.js';

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

describe.each(FORMATS)('the package as %s', (format) => {
  it('has a file for each door, and few beside them', () => {
    const paths = built.files(format).map(({ path }) => path);
    const doors = Object.values(DOORS).map((path) => path.replace('.ts', '.js'));
    expect(paths).toEqual(expect.arrayContaining(doors));
    // The command and the worker of the viewer are files that are no doors.
    expect(paths.length).toBeLessThanOrEqual(3 * (doors.length + 2));
  });

  it('has the code of each file of lib once', () => {
    const sources = built.files(format).flatMap((file) => file.sources);
    expect(sources.length).toBeGreaterThan(100);
    expect(sources.filter((source, index) => sources.indexOf(source) !== index)).toEqual([]);
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

  it('keeps the names of classes and functions that are named alike', () => {
    const code = built
      .files(format)
      .map((file) => file.code)
      .join('\n');
    const renamed = [...code.matchAll(/\b(?:class|function\*?) ((\w+)\$\d+)\b/g)];
    const lost = renamed.filter(
      ([, now, name]) =>
        !new RegExp(`__name\\((this|${now?.replace('$', '\\$')}), "${name}"\\)`).test(code),
    );
    expect(lost.map(([, now]) => now)).toEqual([]);
  });

  it('loads no module of Node that Nest has not loaded', async () => {
    expect(JSON.parse(await built.run('loaded-built-ins', format))).toEqual([]);
  });

  it('is all ASCII, which Node reads fastest', () => {
    const texts = built.files(format).map(({ code }) => code.match(/[^\0-\x7f].*/)?.[0]);
    expect(texts.filter((text) => text !== undefined)).toEqual([]);
  });

  it('knows its own lines in stacks, and shows who started an open span', async () => {
    const { startedAt, inTest } = JSON.parse(await built.run('open-span', format));
    expect(startedAt).toEqual([expect.stringMatching(/^at .*open-span\.mjs:10:16\)?$/)]);
    expect(inTest).toMatch(/^ {2}in a test: started at .*open-span\.mjs:13:8\)?$/);
  });

  it('shows the files of lib in stack traces', async () => {
    const stack = await built.run('throwing', format, '--enable-source-maps');
    const frames = [...stack.matchAll(/^ +at (?:new )?(?:\w+\.)*(\w+) \((.+):(\d+):\d+\)$/gm)].map(
      ([, name = '', path = '', line = '']) => ({ name, path, line: Number(line) }),
    );
    expect(frames.length).toBeGreaterThan(1);
    const lib = join(built.folder, 'lib');
    expect(frames.filter(({ path }) => !path.startsWith(lib))).toEqual([]);
    for (const [index, { path, line }] of frames.slice(1).entries()) {
      const lines = readFileSync(path, 'utf8').split('\n');
      // It calls the function of the frame above it.
      expect(lines[line - 1]).toContain(frames[index]?.name);
    }
  });
});

describe('the declarations of the package', () => {
  it.each([
    ['modules of Node', ['--module', 'nodenext']],
    ['bundlers', ['--module', 'esnext', '--moduleResolution', 'bundler']],
  ])('compile under the strictest settings, for %s', async (_, moduleOptions) => {
    const settings = ['--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', 'false'];
    expect(await built.compileUsers([...settings, ...moduleOptions])).toBe('');
  });
});

function namesOfFunctions(values: Record<string, unknown>): Record<string, string> {
  const functions = Object.entries(values).filter(([, value]) => typeof value === 'function');
  return Object.fromEntries(
    functions.map(([exported, value]) => [exported, (value as { name: string }).name]),
  );
}
