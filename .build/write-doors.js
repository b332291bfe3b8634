import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { CODE, FORMATS } from './doors.js';

/**
 * Writes the files by which users load the entries, in both module formats: they load the packages that the code
 * needs in the way of their format, and hand them to the code.
 *
 * @param root the folder of package.json
 * @param entries what `bundle` returns
 * @param commands the entries that are programs; these are ES modules only
 */
export function writeDoors({ root, entries, commands }) {
  for (const entry of entries) {
    const isCommand = commands.includes(entry.name);
    write(root, FORMATS.esm, entry.name, asModule(entry, isCommand));
    if (!isCommand) write(root, FORMATS.cjs, entry.name, asCommonJs(entry));
  }
  writeFileSync(join(root, FORMATS.cjs, 'package.json'), '{ "type": "commonjs" }\n');
}

function write(root, folder, name, code) {
  const path = join(root, folder, `${name}.js`);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, code);
}

function asModule({ name, exports, outside }, isCommand) {
  const taken = packagesOf(outside);
  const isUnique = (value) =>
    !exports.includes(value) && taken.filter(({ names }) => names.includes(value)).length === 1;
  // Two packages may name a value alike, and the entry may export one of that name.
  const localOf = (from, value) =>
    isUnique(value) ? value : `${value}_${from.replace(/\W+/g, '_')}`;
  const list = (from, names, separator) =>
    names
      .map((value) => [value, localOf(from, value)])
      .map(([value, local]) => (value === local ? value : `${value}${separator}${local}`))
      .join(', ');
  const given = taken.map(({ from, names }) => `  '${from}': { ${list(from, names, ': ')} },`);
  const load = `load({\n${given.join('\n')}\n})`;
  return [
    ...(isCommand ? ['#!/usr/bin/env node'] : []),
    ...onlyLoaded(outside).map((from) => `import '${from}';`),
    ...taken.map(({ from, names }) => `import { ${list(from, names, ' as ')} } from '${from}';`),
    `import load from '${codeOf(FORMATS.esm, name)}';`,
    exports.length > 0 ? `export const {\n  ${exports.join(',\n  ')},\n} = ${load};` : `${load};`,
    '',
  ].join('\n');
}

function asCommonJs({ name, exports, outside }) {
  return [
    "'use strict';",
    "Object.defineProperty(exports, '__esModule', { value: true });",
    ...onlyLoaded(outside).map((from) => `require('${from}');`),
    `const door = require('${codeOf(FORMATS.cjs, name)}')({`,
    ...packagesOf(outside).map(({ from }) => `  '${from}': require('${from}'),`),
    '});',
    // One by one: Node and bundlers read the names of the exports from such lines.
    ...exports.map((value) => `exports.${value} = door.${value};`),
    '',
  ].join('\n');
}

/** The packages of which the code takes values. */
function packagesOf(outside) {
  return Object.entries(outside)
    .filter(([, names]) => names.length > 0)
    .map(([from, names]) => ({ from, names }));
}

/** The packages that only have to be loaded. */
function onlyLoaded(outside) {
  return Object.keys(outside).filter((from) => outside[from].length === 0);
}

function codeOf(folder, name) {
  const file = posix.join(folder, `${name}.js`);
  return posix.relative(posix.dirname(file), posix.join(CODE, `${name}.js`));
}
