import type { Declaration, ExportedName } from './module-syntax.js';
import { resolveReference, type SourceFile } from './source-tree.js';

/** The files through which users come in, by what they import. */
export const DOORS: Readonly<Record<string, string>> = {
  'nestjs-traced': 'index.ts',
  'nestjs-traced/core': 'core.ts',
  'nestjs-traced/grpc': 'grpc.ts',
  'nestjs-traced/testing': 'testing/index.ts',
};

/** A name that a door exports, followed to where it is declared. */
export interface PublicName {
  readonly name: string;
  readonly originalName: string;
  /** The file that declares it. */
  readonly file: SourceFile;
  readonly kinds: readonly Declaration['kind'][];
}

/**
 * The names that a door exports, sorted.
 *
 * @throws Error for `export *`, and for a name whose declaration cannot be found
 */
export function publicNames(
  library: ReadonlyMap<string, SourceFile>,
  doorPath: string,
): PublicName[] {
  const door = library.get(doorPath);
  if (door === undefined) throw new Error(`The door lib/${doorPath} is not there.`);
  return door.syntax.exports
    .map((exported) => follow(library, door, exported, exported.name))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

function follow(
  library: ReadonlyMap<string, SourceFile>,
  file: SourceFile,
  { originalName, from }: ExportedName,
  name: string,
): PublicName {
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
    throw new Error(`lib/${file.path} exports ${originalName}, which ${from} does not name.`);
  }
  return follow(library, target, handedOn, name);
}
