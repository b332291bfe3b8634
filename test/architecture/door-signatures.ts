import type { Member, Signature, TypeDeclaration, UsedName } from './declaration-syntax.js';
import type { DeclarationFile } from './emitted-declarations.js';
import { allHiddenParts } from './hidden-types.js';
import {
  declarationsOf,
  type OwnType,
  type PackageType,
  type PublicType,
  type PublicTypes,
} from './public-types.js';

/**
 * Writes what a door exports, sorted by name: each declaration with its members, without bodies and
 * docstrings. A name that an earlier door exports as well refers to that door. Types that are not exported
 * but are extended or named by an alias follow at the end, because their members are public too.
 */
export function doorSignatures(types: PublicTypes, door: string): string {
  const exported = types.byDoor.get(door) ?? [];
  const own = exported.filter((type) => types.find(type)?.door === door);
  const writer = new SignatureWriter(types);
  const names = exported.map((type) => {
    const first = types.find(type) as PublicType;
    return first.door === door ? writer.write(type) : `// ${type.publicName}: as in ${first.door}`;
  });
  const parts = allHiddenParts(types, own).map((type) => writer.write(type));
  const sections = [
    writer.imports(),
    ...names,
    ...(parts.length === 0
      ? []
      : ['// Not exported, but parts of the declarations above.', ...parts]),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** The lines that differ between two texts of a door, below the first line of their declaration. */
export function signatureChanges(before: string, after: string): string {
  const [old, now] = [sectionsOf(before), sectionsOf(after)];
  const names = [...new Set([...old.keys(), ...now.keys()])];
  const changes = names
    .map((name) => {
      const [was, is] = [old.get(name) ?? [], now.get(name) ?? []];
      const gone = was.filter((line) => !is.includes(line)).map((line) => `- ${line}`);
      const added = is.filter((line) => !was.includes(line)).map((line) => `+ ${line}`);
      return { name, lines: [...gone, ...added] };
    })
    .filter(({ lines }) => lines.length > 0)
    .map(({ name, lines }) => [`  ${name}`, ...lines].join('\n'));
  return changes.length > 0 ? changes.join('\n\n') : '  The same lines stand in another order.';
}

function sectionsOf(text: string): Map<string, string[]> {
  const sections = text.trimEnd().split('\n\n');
  return new Map(
    sections.map((section) => [section.split('\n')[0] as string, section.split('\n')]),
  );
}

class SignatureWriter {
  readonly #types: PublicTypes;
  readonly #publicNames: ReadonlySet<string>;
  /** The package that a bare name in the text means. */
  readonly #packages = new Map<string, string>();

  constructor(types: PublicTypes) {
    this.#types = types;
    this.#publicNames = new Set(types.all.map(({ publicName }) => publicName));
  }

  /** The names of packages that the text written so far uses. */
  imports(): string {
    return [...this.#packages]
      .map(([name, specifier]) => `import { ${name} } from '${specifier}';`)
      .sort()
      .join('\n');
  }

  write(type: OwnType): string {
    return declarationsOf(type)
      .map((declaration) => this.#declaration(type, declaration))
      .join('\n');
  }

  #declaration({ file }: OwnType, { kind, head, members }: TypeDeclaration): string {
    const text = this.#text(file, head);
    if (kind !== 'class' && kind !== 'interface') return `${text};`;
    const lines = [...members].sort(byName).map(({ signature }) => {
      return `  ${this.#text(file, signature)};`;
    });
    return lines.length === 0 ? `${text} {}` : [`${text} {`, ...lines, '}'].join('\n');
  }

  #text(file: DeclarationFile, signature: Signature): string {
    return signature
      .map((part) => (typeof part === 'string' ? part : this.#name(file, part)))
      .join('')
      .replace(/;\s*$/, '')
      .replace(/^( {4})+/gm, (indent) => ' '.repeat(indent.length / 2))
      .replace(/([(,])\s*\n\s*/g, (_, before) => (before === ',' ? ', ' : before))
      .replace(/\n\s*\n/g, '\n')
      .trim();
  }

  #name(file: DeclarationFile, used: UsedName): string {
    const type = this.#types.resolve(file, used);
    if (type === undefined) return used.name;
    if ('package' in type) return this.#packageName(type);
    const publicName = this.#types.find(type)?.publicName;
    if (publicName !== undefined) return publicName;
    return this.#publicNames.has(type.name)
      ? `import('${type.file.path}').${type.name}`
      : type.name;
  }

  /** A name that means something else already is written with its package. */
  #packageName({ name, package: specifier }: PackageType): string {
    if (name === '*') return `import('${specifier}')`;
    const isFree = name !== 'default' && !this.#publicNames.has(name);
    if (!isFree || (this.#packages.get(name) ?? specifier) !== specifier) {
      return `import('${specifier}').${name}`;
    }
    this.#packages.set(name, specifier);
    return name;
  }
}

function byName(a: Member, b: Member): number {
  return rank(a) - rank(b) || (a.name === b.name ? 0 : a.name < b.name ? -1 : 1);
}

/** First what makes an instance, then static members, then the others. */
function rank({ name, isStatic }: Member): number {
  if (name === 'constructor' || name === 'new') return 0;
  return isStatic ? 1 : 2;
}
