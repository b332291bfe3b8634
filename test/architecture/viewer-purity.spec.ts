import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { listFiles, ROOT, readLibrary, resolveReference } from './source-tree.js';

/** The parts of the viewer that run in a page as well as in a server. */
const PURE = /^viewer\/(analysis|query|formats|api)\//;
const PURE_GROUND: readonly string[] = ['printable.ts', 'terminal-text.ts'];
const pureFiles = [...readLibrary().values()].filter(({ path }) => PURE.test(path));

describe('analysis, query, formats and api of the viewer', () => {
  it('import only each other, and the ground that needs no Node', () => {
    expect(pureFiles.length).toBeGreaterThan(40);
    const offences = pureFiles.flatMap((file) =>
      file.syntax.references
        .filter(({ specifier }) => {
          const target = resolveReference(file.path, { specifier }) ?? '';
          return !PURE.test(target) && !PURE_GROUND.includes(target);
        })
        .map(({ specifier }) => `${file.path} imports ${specifier}`),
    );
    expect(offences).toEqual([]);
  });

  it('use nothing that is not in every JavaScript engine: neither Node nor the DOM', () => {
    const paths = listFiles('lib').filter((path) => PURE.test(path) && path.endsWith('.ts'));
    const settings =
      '--ignoreConfig --noEmit --strict --module nodenext --target es2023 --lib es2023';
    const { status, stdout } = spawnSync(
      process.execPath,
      [
        join(ROOT, 'node_modules/typescript/bin/tsc'),
        ...settings.split(' '),
        '--types',
        '',
        ...paths.map((path) => join(ROOT, 'lib', path)),
      ],
      { cwd: ROOT, encoding: 'utf8' },
    );
    expect({ status, stdout }).toEqual({ status: 0, stdout: '' });
  });
});
