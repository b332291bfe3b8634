import { parseSync } from '@swc/core';
import { descendants, type Node } from './module-syntax.js';

/** A name that a declaration uses: of a type, or of the value in `typeof value` and in a computed key. */
export interface UsedName {
  /** The first identifier: `a` of `a.B`. */
  readonly name: string;
  /** The module of `import('…').name`; undefined for a name that the file declares or imports. */
  readonly specifier: string | undefined;
}

/** The text of a declaration without comments, cut at the names that it uses. */
export type Signature = readonly (string | UsedName)[];

/** A member of a class or an interface, or a field of a type literal. */
export interface Member {
  /** `[Symbol.iterator]` as it is written; `constructor`, `new`, `()` and `[]` for members without a name. */
  readonly name: string;
  readonly isStatic: boolean;
  readonly signature: Signature;
  readonly hasDocstring: boolean;
}

/** A declaration at the top of a `.d.ts` file. A name can have several: overloads, a type and a value. */
export interface TypeDeclaration {
  readonly name: string;
  readonly kind: 'class' | 'const' | 'function' | 'interface' | 'type';
  readonly hasDocstring: boolean;
  /** Of a class or an interface the text before its body, of others the whole text. */
  readonly head: Signature;
  /** The names after `extends` and `implements`. */
  readonly bases: readonly UsedName[];
  /** The members of a class or an interface that are not private. */
  readonly members: readonly Member[];
  /** The fields of the type literals inside of it, at any depth. */
  readonly fields: readonly Member[];
}

/** What the rules of the public surface read in a `.d.ts` file. */
export interface DeclarationSyntax {
  readonly declarations: readonly TypeDeclaration[];
  /**
   * The imported names, by their name in this file. `name` is the name in the other module: `default` for
   * its default export, `*` for the module itself.
   */
  readonly imports: ReadonlyMap<string, UsedName>;
}

/**
 * Reads a `.d.ts` file that `tsc` has written.
 *
 * @throws Error for syntax that the rules do not know, and for a type parameter that hides a type of the file
 */
export function parseDeclarations(text: string): DeclarationSyntax {
  const source = new Source(text);
  const imports = new Map(source.statements.flatMap(importsOf));
  const declarations = source.statements.flatMap((statement) => declarationsOf(source, statement));
  const inScope = new Set([...imports.keys(), ...declarations.map(({ name }) => name)]);
  for (const name of source.statements.flatMap(typeParametersOf)) {
    // Names are looked up without the scopes of type parameters, so the two must not meet.
    if (!inScope.has(name)) continue;
    throw new Error(`The type parameter ${name} hides a type of its file. Give it another name.`);
  }
  return { declarations, imports };
}

/** The statements of a file, and the text of each node. */
class Source {
  readonly statements: readonly Node[];
  readonly #bytes: Buffer;
  readonly #origin: number;

  constructor(text: string) {
    // The parser counts bytes from a number of its own: the empty statement shows it. Commands begin with
    // a line for the shell.
    const marked = `;${text.replace(/^#!.*/, '')}`;
    const [mark, ...statements] = parseSync(marked, { syntax: 'typescript', target: 'es2023' })
      .body as unknown as Node[];
    this.#bytes = Buffer.from(marked);
    this.#origin = spanOf(mark as Node).start;
    this.statements = statements;
  }

  between(start: number, end: number): string {
    return this.#bytes.toString('utf8', start - this.#origin, end - this.#origin);
  }

  textOf(node: Node): string {
    const { start, end } = spanOf(node);
    return this.between(start, end);
  }

  /** True where a docstring stands before the node. `tsc` leaves no other comments in a declaration. */
  hasDocstring(node: Node): boolean {
    return this.between(this.#origin, spanOf(node).start).trimEnd().endsWith('*/');
  }

  /** The text of the node, or of a part of it, cut at the names that it uses. */
  signature(node: Node, { start, end } = spanOf(node)): Signature {
    const parts: (string | UsedName)[] = [];
    let position = start;
    for (const { used, span } of usedNames(node)) {
      if (span.start < start || span.end > end) continue;
      parts.push(withoutComments(this.between(position, span.start)), used);
      position = span.end;
    }
    return [...parts, withoutComments(this.between(position, end))];
  }
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function spanOf(node: Node): Span {
  return node.span as Span;
}

function importsOf(statement: Node): [string, UsedName][] {
  if (statement.type !== 'ImportDeclaration') return [];
  const specifier = (statement.source as Node).value as string;
  return (statement.specifiers as Node[]).map(({ local, imported, type }) => {
    const localName = (local as Node).value as string;
    if (type === 'ImportNamespaceSpecifier') return [localName, { name: '*', specifier }];
    if (type === 'ImportDefaultSpecifier') return [localName, { name: 'default', specifier }];
    const name = ((imported as Node | null)?.value as string | undefined) ?? localName;
    return [localName, { name, specifier }];
  });
}

function declarationsOf(source: Source, statement: Node): TypeDeclaration[] {
  const isExported = statement.type === 'ExportDeclaration';
  const node = isExported ? (statement.declaration as Node) : statement;
  const hasDocstring = source.hasDocstring(statement);
  switch (node.type) {
    case 'ImportDeclaration':
    case 'ExportNamedDeclaration':
    case 'ExportAllDeclaration':
      return [];
    case 'ClassDeclaration':
    case 'TsInterfaceDeclaration':
      return [{ ...declarationWithBody(source, node), hasDocstring }];
    case 'VariableDeclaration':
      return (node.declarations as Node[]).map((declarator) => ({
        ...declarationWithoutBody(source, declarator),
        head: ['const ', ...source.signature(declarator)],
        hasDocstring,
      }));
    case 'FunctionDeclaration':
    case 'TsTypeAliasDeclaration':
      return [{ ...declarationWithoutBody(source, node), hasDocstring }];
    default:
      throw new Error(`The rules of the public surface do not know a ${node.type}.`);
  }
}

type WithoutDocstring = Omit<TypeDeclaration, 'hasDocstring'>;

function declarationWithBody(source: Source, node: Node): WithoutDocstring {
  const isClass = node.type === 'ClassDeclaration';
  const name = (isClass ? node.identifier : node.id) as Node;
  const superClass = (node.superClass as Node | null) ?? undefined;
  const contracts = (isClass ? node.implements : node.extends) as Node[];
  const body = (isClass ? node.body : (node.body as Node).body) as Node[];
  const before = [name, node.typeParams, superClass, node.superTypeParams, ...contracts];
  const ends = before.flatMap((part) => (part ? [spanOf(part as Node).end] : []));
  const headEnd = Math.max(...ends);
  const bases = [...(superClass ? [superClass] : []), ...contracts.map((c) => c.expression)];
  return {
    name: name.value as string,
    kind: isClass ? 'class' : 'interface',
    head: withoutModifiers(source.signature(node, { start: spanOf(node).start, end: headEnd })),
    bases: bases.map((base) => useOf(base).used),
    members: body.flatMap((member) => memberOf(source, member)),
    fields: fieldsIn(source, node),
  };
}

function declarationWithoutBody(source: Source, node: Node): WithoutDocstring {
  const name = (node.identifier ?? node.id) as Node;
  const kinds = { VariableDeclarator: 'const', FunctionDeclaration: 'function' } as const;
  return {
    name: name.value as string,
    kind: kinds[node.type as keyof typeof kinds] ?? 'type',
    head: withoutModifiers(source.signature(node)),
    bases: [],
    members: [],
    fields: fieldsIn(source, node),
  };
}

function memberOf(source: Source, node: Node): Member[] {
  const isConstructor = node.type === 'Constructor';
  // A private member is no contract. A private constructor is: nobody else makes an instance.
  const isPrivate = node.accessibility === 'private' && !isConstructor;
  if (isPrivate || UNSEEN_MEMBERS.has(node.type)) return [];
  const { key } = node as { key?: Node };
  return [
    {
      name: key === undefined ? nameOfSignature(node) : source.textOf(key),
      isStatic: node.isStatic === true,
      signature: source.signature(node),
      hasDocstring: source.hasDocstring(node),
    },
  ];
}

const UNSEEN_MEMBERS: ReadonlySet<string> = new Set([
  'EmptyStatement',
  'PrivateMethod',
  'PrivateProperty',
]);

function nameOfSignature({ type }: Node): string {
  if (type === 'TsCallSignatureDeclaration') return '()';
  if (type === 'TsConstructSignatureDeclaration') return 'new';
  if (type === 'TsIndexSignature') return '[]';
  throw new Error(`The rules of the public surface do not know a ${type}.`);
}

function fieldsIn(source: Source, node: Node): Member[] {
  return [...descendants(node)]
    .filter(({ type }) => type === 'TsTypeLiteral')
    .flatMap(({ members }) => (members as Node[]).flatMap((field) => memberOf(source, field)));
}

interface Use {
  readonly used: UsedName;
  readonly span: Span;
}

/** The names that are used in a node, in the order of the text. */
function usedNames(node: Node): Use[] {
  return [...descendants(node)].flatMap(usesOf).sort((a, b) => a.span.start - b.span.start);
}

function usesOf(node: Node): Use[] {
  switch (node.type) {
    case 'TsTypeReference':
      return [useOf(node.typeName)];
    case 'TsExpressionWithTypeArguments':
    case 'Computed':
      return [useOf(node.expression)];
    case 'TsTypeQuery':
      return (node.exprName as Node).type === 'TsImportType' ? [] : [useOf(node.exprName)];
    case 'ClassDeclaration':
      return node.superClass === null ? [] : [useOf(node.superClass)];
    case 'TsImportType':
      return [useOfImport(node)];
    default:
      return [];
  }
}

function useOf(expression: unknown): Use {
  const identifier = firstIdentifier(expression as Node);
  return {
    used: { name: identifier.value as string, specifier: undefined },
    span: spanOf(identifier),
  };
}

function useOfImport(node: Node): Use {
  const specifier = (node.argument as Node).value as string;
  if (node.qualifier === null) {
    return { used: { name: '*', specifier }, span: spanOf(node) };
  }
  const identifier = firstIdentifier(node.qualifier as Node);
  return {
    used: { name: identifier.value as string, specifier },
    span: { start: spanOf(node).start, end: spanOf(identifier).end },
  };
}

/** `a` of `a`, `a.B` and `a.b.C`. */
function firstIdentifier(node: Node): Node {
  if (node.type === 'TsQualifiedName') return firstIdentifier(node.left as Node);
  if (node.type === 'MemberExpression') return firstIdentifier(node.object as Node);
  if (node.type === 'Identifier') return node;
  throw new Error(`The rules of the public surface do not know a ${node.type} as a name.`);
}

function typeParametersOf(node: Node): string[] {
  return [...descendants(node)]
    .filter(({ type }) => type === 'TsTypeParameter')
    .map(({ name }) => (name as Node).value as string);
}

function withoutModifiers([first, ...rest]: Signature): Signature {
  return [(first as string).replace(/^(export )?(declare )?/, ''), ...rest];
}

/** Keeps quoted text as it is; a comment cannot begin inside of it. */
function withoutComments(text: string): string {
  const quotedOrComment =
    /("(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*'|`(?:\\.|[^`\\])*`)|\/\*[\s\S]*?\*\//g;
  return text.replace(quotedOrComment, (_, quoted?: string) => quoted ?? '');
}
