import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The folders of `dist` with the files that users load, by their module format. */
export const FORMATS = { esm: 'dist/esm', cjs: 'dist/cjs' };

/** The folder with the code, which both formats share. */
export const CODE = 'dist/code';

/**
 * Reads the doors of the package, by what users import, from `exports` of package.json. That is the only
 * list of them: the path of a door in `dist` is the path of its source in `lib`.
 *
 * @param root the folder of package.json
 * @returns for each door the path of its source, from `lib` on, without the suffix: `testing/index`
 */
export function readDoors(root) {
  const { name, exports } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const doors = Object.entries(exports).filter(([, target]) => typeof target === 'object');
  return Object.fromEntries(
    doors.map(([subpath, target]) => [join(name, subpath), sourceOf(subpath, target)]),
  );
}

function sourceOf(subpath, { import: imported, default: required }) {
  const [, source] = /^\.\/dist\/esm\/(.+)\.js$/.exec(imported?.default) ?? [];
  const expected = ([folder, target]) =>
    target?.types === `./${folder}/${source}.d.ts` && target.default === `./${folder}/${source}.js`;
  const targets = [
    [FORMATS.esm, imported],
    [FORMATS.cjs, required],
  ];
  if (source === undefined || !targets.every(expected)) {
    throw new Error(
      `package.json: exports["${subpath}"] must lead to ./${FORMATS.esm}/DOOR.js and ` +
        `./${FORMATS.cjs}/DOOR.js, with the types beside them, for the source lib/DOOR.ts.`,
    );
  }
  return source;
}

/**
 * Reads the commands of the package from `bin` of package.json. They are ES modules only: Node starts them.
 *
 * @param root the folder of package.json
 * @returns the path of the source of each command, from `lib` on, without the suffix
 */
export function readCommands(root) {
  const { bin = {} } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.values(bin).map((path) => {
    const [, source] = /^\.\/dist\/esm\/(.+)\.js$/.exec(path) ?? [];
    if (source === undefined) throw new Error(`package.json: bin must lead to ./${FORMATS.esm}.`);
    return source;
  });
}
