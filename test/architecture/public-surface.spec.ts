import { existsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { DOORS, type PublicName, publicNames } from './doors.js';
import { ROOT, readLibrary, readText } from './source-tree.js';

const library = readLibrary();

// Never in CI: there the committed file is what counts.
const isUpdateWanted = process.env.UPDATE_PUBLIC_SURFACE === '1' && process.env.CI === undefined;

describe.each(Object.entries(DOORS))('the door %s', (door, path) => {
  it('exports what its committed list says', () => {
    const file = `test/architecture/public-surface/${door.replace('/', '-')}.txt`;
    const names = publicNames(library, path)
      .map(({ name, kinds }) => `${kinds.join(' + ')} ${name}\n`)
      .join('');
    if (isUpdateWanted) writeFileSync(join(ROOT, file), names);
    const committed = existsSync(join(ROOT, file)) ? readText(file) : '';
    if (names === committed) return;
    throw new Error(
      `The door ${door} does not export what ${file} lists:\n${differences(committed, names)}\n` +
        'If the change is meant, write the list anew and commit it, so that it is seen in review:\n' +
        '  UPDATE_PUBLIC_SURFACE=1 npm test -- test/architecture/public-surface',
    );
  });

  it('has a docstring on everything it exports', () => {
    const bare = publicNames(library, path).filter((name) => !hasDocstring(name));
    expect(bare.map(({ name, file }) => `${name} in lib/${file.path}`)).toEqual([]);
  });

  it('exports each name once', () => {
    const names = publicNames(library, path).map(({ name }) => name);
    expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  });
});

function differences(before: string, after: string): string {
  const [old, now] = [before, after].map((text) => text.split('\n').filter((line) => line !== ''));
  const gone = (old ?? []).filter((line) => !now?.includes(line)).map((line) => `  - ${line}`);
  const added = (now ?? []).filter((line) => !old?.includes(line)).map((line) => `  + ${line}`);
  return [...gone, ...added].join('\n');
}

/** Between a docstring and what it is about only decorators and line comments may stand. */
function hasDocstring({ originalName, file }: PublicName): boolean {
  const declaration = new RegExp(
    `^(export )?(abstract class|class|const|function|async function|interface|type) ${originalName}\\b`,
    'gm',
  );
  const between = /\*\/\s*(@\w+\((?:[^()]|\([^()]*\))*\)\s*|\/\/.*\n\s*)*$/;
  return [...file.text.matchAll(declaration)].some(({ index }) =>
    between.test(file.text.slice(0, index)),
  );
}
