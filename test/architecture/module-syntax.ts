import { parseSync } from '@swc/core';

/** Another module that a file names: in an import, a re-export, `import()` or `import('…').Type`. */
export interface ModuleReference {
  readonly specifier: string;
  /** True where nothing of it is left when the types are gone. */
  readonly isTypeOnly: boolean;
}

/** A name that a file exports itself, or hands on from another file. */
export interface ExportedName {
  readonly name: string;
  /** What it is called in the file it comes from. */
  readonly originalName: string;
  /** The file it is handed on from; undefined where this file declares it. */
  readonly from: string | undefined;
}

/** A declaration at the top of a file. A name may have two, a type and a value. */
export interface Declaration {
  readonly name: string;
  readonly kind: 'abstract class' | 'class' | 'const' | 'function' | 'interface' | 'type';
}

/** What of a file's syntax the house rules are about. */
export interface ModuleSyntax {
  readonly references: readonly ModuleReference[];
  readonly exports: readonly ExportedName[];
  readonly declarations: readonly Declaration[];
  /** True where the file holds more than types and re-exports. */
  readonly hasRuntimeCode: boolean;
  readonly readsEnvironment: boolean;
  readonly hasImportMeta: boolean;
  readonly hasTopLevelAwait: boolean;
  readonly hasDefaultExport: boolean;
  readonly hasDefaultImport: boolean;
  /** The members of each interface, by the interface's name. */
  readonly interfaceMembers: ReadonlyMap<string, readonly string[]>;
}

/** A node of the parser's tree; its members are looked at by name only. */
export type Node = Record<string, unknown> & { readonly type: string };

/** How a file is parsed. */
export interface ParseOptions {
  /** Whether it may have JSX, where `<` begins no type assertion. @default false */
  readonly tsx?: boolean;
}

/** The statements of a TypeScript file. @throws for a syntax error */
export function parseStatements(text: string, { tsx = false }: ParseOptions = {}): Node[] {
  const tree = parseSync(text, { syntax: 'typescript', decorators: true, target: 'es2023', tsx });
  return tree.body as unknown as Node[];
}

/** Parses a TypeScript file. @throws for a syntax error */
export function parseModule(text: string, options?: ParseOptions): ModuleSyntax {
  const body = parseStatements(text, options);
  const nodes = body.flatMap((statement) => [...descendants(statement)]);
  return {
    references: [...body.flatMap(statementReferences), ...nodes.flatMap(expressionReferences)],
    exports: body.flatMap(exportedNames),
    declarations: body.flatMap(declarationsOf),
    hasRuntimeCode: body.some(isRuntimeCode),
    readsEnvironment: nodes.some(isEnvironmentRead),
    hasImportMeta: nodes.some(
      (node) => node.type === 'MetaProperty' && node.kind === 'import.meta',
    ),
    hasTopLevelAwait: body.some((statement) =>
      [...descendants(statement, isFunction)].some(
        (node) =>
          node.type === 'AwaitExpression' ||
          (node.type === 'ForOfStatement' && node.await === true),
      ),
    ),
    hasDefaultExport: body.some(({ type }) => type.startsWith('ExportDefault')),
    hasDefaultImport: nodes.some(({ type }) => type === 'ImportDefaultSpecifier'),
    interfaceMembers: new Map(nodes.filter(isInterface).map(membersOf)),
  };
}

function statementReferences(statement: Node): ModuleReference[] {
  const source = statement.source as { value: string } | null | undefined;
  if (source !== null && source !== undefined) {
    const specifiers = (statement.specifiers ?? []) as { isTypeOnly?: boolean }[];
    const areAllTypes =
      specifiers.length > 0 && specifiers.every(({ isTypeOnly }) => isTypeOnly === true);
    return [{ specifier: source.value, isTypeOnly: statement.typeOnly === true || areAllTypes }];
  }
  if (statement.type !== 'TsImportEqualsDeclaration') return [];
  const { expression } = statement.moduleRef as { expression?: { value: string } };
  return expression === undefined ? [] : [{ specifier: expression.value, isTypeOnly: false }];
}

function expressionReferences(node: Node): ModuleReference[] {
  if (node.type === 'TsImportType') {
    return [{ specifier: (node.argument as { value: string }).value, isTypeOnly: true }];
  }
  if (node.type !== 'CallExpression') return [];
  const callee = node.callee as Node;
  const isRequire = callee.type === 'Identifier' && callee.value === 'require';
  if (callee.type !== 'Import' && !isRequire) return [];
  const [first] = node.arguments as { expression: Node }[];
  const specifier = first?.expression.value;
  return typeof specifier === 'string' ? [{ specifier, isTypeOnly: false }] : [];
}

function exportedNames(statement: Node): ExportedName[] {
  if (statement.type === 'ExportDeclaration') {
    const names = new Set(declarationsOf(statement).map(({ name }) => name));
    return [...names].map((name) => ({ name, originalName: name, from: undefined }));
  }
  const from = (statement.source as { value: string } | null | undefined)?.value;
  if (statement.type === 'ExportAllDeclaration') {
    return [{ name: '*', originalName: '*', from }];
  }
  if (statement.type !== 'ExportNamedDeclaration') return [];
  return (statement.specifiers as Node[]).map(({ orig, exported }) => {
    const originalName = (orig as { value: string }).value;
    return {
      name: (exported as { value: string } | null)?.value ?? originalName,
      originalName,
      from,
    };
  });
}

function declarationsOf(statement: Node): Declaration[] {
  const node = (statement.type === 'ExportDeclaration' ? statement.declaration : statement) as Node;
  const nameOf = (id: unknown): string => (id as { value: string }).value;
  switch (node.type) {
    case 'ClassDeclaration':
      return [
        {
          name: nameOf(node.identifier),
          kind: node.isAbstract === true ? 'abstract class' : 'class',
        },
      ];
    case 'FunctionDeclaration':
      return [{ name: nameOf(node.identifier), kind: 'function' }];
    case 'TsInterfaceDeclaration':
      return [{ name: nameOf(node.id), kind: 'interface' }];
    case 'TsTypeAliasDeclaration':
      return [{ name: nameOf(node.id), kind: 'type' }];
    case 'VariableDeclaration':
      return (node.declarations as Node[])
        .filter(({ id }) => (id as Node).type === 'Identifier')
        .map(({ id }) => ({ name: nameOf(id), kind: 'const' }));
    default:
      return [];
  }
}

function isRuntimeCode(statement: Node): boolean {
  const node = (statement.type === 'ExportDeclaration' ? statement.declaration : statement) as Node;
  return ![
    'ImportDeclaration',
    'ExportNamedDeclaration',
    'ExportAllDeclaration',
    'TsInterfaceDeclaration',
    'TsTypeAliasDeclaration',
    'EmptyStatement',
  ].includes(node.type);
}

/** `process.env`, also as `const { env } = process` or with an import of it from `node:process`. */
function isEnvironmentRead(node: Node): boolean {
  if (node.type === 'MemberExpression') {
    return isProcess(node.object) && (node.property as Node).value === 'env';
  }
  if (node.type === 'VariableDeclarator') {
    const { id, init } = node as unknown as { id: Node; init: unknown };
    return id.type === 'ObjectPattern' && isProcess(init);
  }
  return (
    node.type === 'ImportDeclaration' &&
    ['node:process', 'process'].includes((node.source as { value: string }).value)
  );
}

function isProcess(value: unknown): boolean {
  const node = value as Node | null | undefined;
  return node?.type === 'Identifier' && node.value === 'process';
}

function isInterface(node: Node): boolean {
  return node.type === 'TsInterfaceDeclaration';
}

function membersOf(node: Node): [string, string[]] {
  const { body } = node.body as { body: Node[] };
  const names = body
    .map(({ key }) => (key as { value?: unknown } | undefined)?.value)
    .filter((name) => typeof name === 'string');
  return [(node.id as { value: string }).value, names];
}

function isFunction({ type }: Node): boolean {
  return /Function|Method|Constructor|Getter|Setter|ClassProperty|PrivateProperty/.test(type);
}

/** The node and all below it, but not what is inside of nodes that `isClosed` says. */
export function* descendants(node: Node, isClosed?: (node: Node) => boolean): Generator<Node> {
  if (isClosed?.(node)) return;
  yield node;
  for (const member of Object.values(node)) {
    for (const child of Array.isArray(member) ? member : [member]) {
      if (typeof child !== 'object' || child === null) continue;
      yield* descendants(child as Node, isClosed);
    }
  }
}
