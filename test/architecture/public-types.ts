import type { TypeDeclaration, UsedName } from './declaration-syntax.js';
import { importedName, publicNames } from './doors.js';
import type { DeclarationFile, DeclarationFiles } from './emitted-declarations.js';

/** A name that a file of the library declares. */
export interface OwnType {
  /** The name in the file that declares it. */
  readonly name: string;
  readonly file: DeclarationFile;
}

/** A name that comes from a package. */
export interface PackageType {
  /** The name in the package: `default` for its default export, `*` for the package itself. */
  readonly name: string;
  readonly package: string;
}

/** A name that a door exports. */
export interface PublicType extends OwnType {
  readonly publicName: string;
  /** The first door that exports it. */
  readonly door: string;
}

/** The types that the doors export, and how declarations reach other types. */
export class PublicTypes {
  /** Each once, in the order of the doors and their names. */
  readonly all: readonly PublicType[];
  /** What each door exports, sorted by name. */
  readonly byDoor: ReadonlyMap<string, readonly PublicType[]>;
  readonly #files: DeclarationFiles;
  readonly #byKey = new Map<string, PublicType>();

  /** @param doors the file of each door by the name that users import */
  constructor(files: DeclarationFiles, doors: Readonly<Record<string, string>>) {
    this.#files = files;
    const byDoor = new Map<string, PublicType[]>();
    for (const [door, path] of Object.entries(doors)) {
      const types = publicNames(files, path).map(({ name, originalName, file }) => {
        return { publicName: name, name: originalName, file, door };
      });
      byDoor.set(door, types);
      for (const type of types) if (!this.isPublic(type)) this.#byKey.set(keyOf(type), type);
    }
    this.byDoor = byDoor;
    this.all = [...this.#byKey.values()];
  }

  /** The type as the first door exports it; undefined for a type that no door exports. */
  find(type: OwnType): PublicType | undefined {
    return this.#byKey.get(keyOf(type));
  }

  isPublic(type: OwnType): boolean {
    return this.#byKey.has(keyOf(type));
  }

  /** What a name in a file means; undefined for a type of the language and for a type parameter. */
  resolve(file: DeclarationFile, { name, specifier }: UsedName): OwnType | PackageType | undefined {
    if (specifier === undefined) {
      const imported = file.types.imports.get(name);
      if (imported !== undefined) return this.resolve(file, imported);
      return file.types.declarations.some((declaration) => declaration.name === name)
        ? { name, file }
        : undefined;
    }
    if (!specifier.startsWith('.')) return { name, package: specifier };
    const { originalName, file: owner } = importedName(this.#files, file, name, specifier);
    return { name: originalName, file: owner };
  }
}

/** The declarations of a name: overloads, or a type and a value. */
export function declarationsOf({ name, file }: OwnType): TypeDeclaration[] {
  return file.types.declarations.filter((declaration) => declaration.name === name);
}

/** Tells a type of the library from all others. */
export function keyOf({ name, file }: OwnType): string {
  return `${file.path}#${name}`;
}
