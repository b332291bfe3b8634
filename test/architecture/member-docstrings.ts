import type { Member, TypeDeclaration } from './declaration-syntax.js';
import { allHiddenParts } from './hidden-types.js';
import { declarationsOf, type OwnType, type PublicTypes } from './public-types.js';

/** The members that a type of a package or of the language documents, by the name of the type. */
export type Contracts = Readonly<Record<string, readonly string[]>>;

/**
 * Finds the members of public types that have no docstring, as `Type.member`. A member that a base type
 * documents needs none of its own: editors show the docstring of the base.
 */
export function undocumentedMembers(types: PublicTypes, contracts: Contracts): string[] {
  return [...types.all, ...allHiddenParts(types, types.all)].flatMap((type) => {
    const documented = documentedMembers(types, contracts, type);
    const members = declarationsOf(type)
      .flatMap((declaration) => declaration.members)
      .filter((member) => isDocumentable(member) && !documented.has(member.name));
    const fields = declarationsOf(type)
      .flatMap(fieldsOf)
      .filter((field) => isDocumentable(field) && !field.hasDocstring);
    const names = new Set([...members, ...fields].map(({ name }) => name));
    return [...names].map((name) => `${type.name}.${name}`);
  });
}

function documentedMembers(types: PublicTypes, contracts: Contracts, type: OwnType): Set<string> {
  const declarations = declarationsOf(type);
  // Of overloads, and of a getter and its setter, one docstring is enough.
  const own = declarations
    .flatMap(({ members }) => members)
    .filter(({ hasDocstring }) => hasDocstring)
    .map(({ name }) => name);
  const inherited = declarations
    .flatMap(({ bases }) => bases)
    .flatMap((base) => {
      const meant = types.resolve(type.file, base);
      if (meant === undefined) return contracts[base.name] ?? [];
      if ('package' in meant) return contracts[meant.name] ?? [];
      return [...documentedMembers(types, contracts, meant)];
    });
  return new Set([...own, ...inherited]);
}

/** The fields of literals in signatures of methods and functions belong to their parameters. */
function fieldsOf({ kind, fields }: TypeDeclaration): readonly Member[] {
  return kind === 'class' || kind === 'function' ? [] : fields;
}

/** The docstring of the type is the one of its constructor, its call and its index. */
function isDocumentable({ name }: Member): boolean {
  return !['constructor', 'new', '()', '[]'].includes(name);
}
