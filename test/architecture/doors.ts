import { posix } from 'node:path';
import type { Declaration, ExportedName } from './module-syntax.js';
import { readManifest, resolveReference, type SourceFile } from './source-tree.js';

/** The files of `lib` through which users come in, by what they import. `exports` is their only list. */
export const DOORS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(readManifest().exports).flatMap(([subpath, target]) => {
    if (typeof target === 'string') return [];
    const source = target.default.types.replace('./dist/cjs/', '').replace('.d.ts', '.ts');
    return [[posix.join('nestjs-traced', subpath), source]];
  }),
);

/** A name that a door exports, followed to where it is declared. */
export interface PublicName<File extends SourceFile = SourceFile> {
  readonly name: string;
  readonly originalName: string;
  /** The file that declares it. */
  readonly file: File;
  readonly kinds: readonly Declaration['kind'][];
}

/**
 * The names that a door exports, sorted.
 *
 * @throws Error for `export *`, and for a name whose declaration cannot be found
 */
export function publicNames<File extends SourceFile>(
  library: ReadonlyMap<string, File>,
  doorPath: string,
): PublicName<File>[] {
  const door = library.get(doorPath);
  if (door === undefined) throw new Error(`The door lib/${doorPath} is not there.`);
  return door.syntax.exports
    .map((exported) => follow(library, door, exported, exported.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/**
 * Finds the declaration of a name that a file imports from another file.
 *
 * @param specifier relative, as the importing file names it
 * @throws Error where the other file does not export the name
 */
export function importedName<File extends SourceFile>(
  library: ReadonlyMap<string, File>,
  file: File,
  name: string,
  specifier: string,
): PublicName<File> {
  return follow(library, file, { name, originalName: name, from: specifier }, name);
}

function follow<File extends SourceFile>(
  library: ReadonlyMap<string, File>,
  file: File,
  { originalName, from }: ExportedName,
  name: string,
): PublicName<File> {
  if (from === undefined) {
    const kinds = file.syntax.declarations
      .filter((declaration) => declaration.name === originalName)
      .map(({ kind }) => kind);
    if (kinds.length === 0) throw new Error(`lib/${file.path} does not declare ${originalName}.`);
    return { name, originalName, file, kinds: [...new Set(kinds)].sort() };
  }
  const target = library.get(resolveReference(file.path, { specifier: from }) ?? '');
  const handedOn = target?.syntax.exports.find((exported) => exported.name === originalName);
  if (target === undefined || handedOn === undefined) {
    throw new Error(`lib/${file.path} names ${originalName}, which ${from} does not export.`);
  }
  return follow(library, target, handedOn, name);
}
