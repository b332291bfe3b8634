import { descendants, type Node, parseStatements } from './module-syntax.js';

/** Objects of these classes are written to, or they are of no use. */
const ALWAYS_WRITTEN = ['WeakMap', 'WeakSet', 'WeakRef', 'AsyncLocalStorage', 'EventEmitter'];
/** Objects of these classes never change, or change by the writes that are looked for here. */
const PLAIN = [
  'RegExp',
  'URL',
  'Error',
  'TextEncoder',
  'TextDecoder',
  'Map',
  'Set',
  'Array',
  'Uint8Array',
];
const WRITING_METHODS = new Set([
  ...['set', 'add', 'delete', 'clear'],
  ...['push', 'pop', 'shift', 'unshift', 'splice', 'sort', 'reverse', 'fill', 'copyWithin'],
]);
/** Functions that write to their first argument. */
const WRITERS = new Set([
  ...['Object.assign', 'Object.defineProperty', 'Object.defineProperties', 'Object.setPrototypeOf'],
  ...['Reflect.set', 'Reflect.defineProperty', 'Reflect.deleteProperty', 'Reflect.setPrototypeOf'],
]);

/**
 * The names of what a TypeScript file keeps between calls, as far as its syntax shows it: variables that
 * can be assigned, objects that are written to after they are made, instances of classes that may keep
 * something, and static members of the same kinds (`Class.member`).
 *
 * Imported names to which the file writes are among them.
 */
export function findModuleState(text: string): string[] {
  const body = parseStatements(text).map(declarationOf);
  const nodes = body.flatMap((statement) => [...descendants(statement)]);
  const written = new Set(nodes.flatMap(writtenRoots));
  const found = body.flatMap((statement) => {
    switch (statement.type) {
      case 'VariableDeclaration':
        return stateOfVariables(statement, written);
      case 'ClassDeclaration':
        return stateOfClass(statement);
      case 'ImportDeclaration':
        return importedNames(statement).filter((name) => written.has(name));
      default:
        return [];
    }
  });
  return [...new Set(found)];
}

function declarationOf(statement: Node): Node {
  return statement.type === 'ExportDeclaration' ? (statement.declaration as Node) : statement;
}

function stateOfVariables(statement: Node, written: ReadonlySet<string>): string[] {
  return (statement.declarations as Node[]).flatMap(({ id, init }) =>
    boundNames(id as Node).filter(
      (name) =>
        statement.kind !== 'const' || written.has(name) || keepsSomething(init as Node | null),
    ),
  );
}

function stateOfClass(statement: Node): string[] {
  const className = nameOf(statement.identifier);
  return (statement.body as Node[])
    .filter(({ isStatic, type }) => isStatic === true && /^(Class|Private)Property$/.test(type))
    .filter(
      ({ readonly, value }) =>
        readonly !== true || isCollection(value as Node) || keepsSomething(value as Node | null),
    )
    .map(({ key }) => `${className}.${nameOf(key)}`);
}

/** What is made is an object whose methods may remember things. */
function keepsSomething(init: Node | null | undefined): boolean {
  const value = withoutTypes(init);
  if (value?.type !== 'NewExpression') return false;
  const name = nameOf(value.callee);
  return ALWAYS_WRITTEN.includes(name) || !PLAIN.includes(name);
}

function isCollection(init: Node | null | undefined): boolean {
  const value = withoutTypes(init);
  if (value?.type === 'NewExpression')
    return ['Map', 'Set', 'Array'].includes(nameOf(value.callee));
  return value?.type === 'ArrayExpression' || value?.type === 'ObjectExpression';
}

/** The variables to whose object, or to some member of it, a node writes. */
function writtenRoots(node: Node): string[] {
  if (node.type === 'AssignmentExpression') return memberRoots(node.left);
  if (node.type === 'UpdateExpression') return memberRoots(node.argument);
  if (node.type === 'UnaryExpression' && node.operator === 'delete') {
    return memberRoots(node.argument);
  }
  if (node.type !== 'CallExpression') return [];
  const callee = node.callee as Node;
  if (callee.type !== 'MemberExpression') return [];
  const method = nameOf(callee.property);
  const [first] = node.arguments as { expression: Node }[];
  const isWriter = WRITERS.has(`${nameOf(callee.object)}.${method}`);
  return [
    // A static method of a class may be called like one that writes.
    ...(WRITING_METHODS.has(method) ? rootsOf(callee.object).filter(isNoClass) : []),
    ...(isWriter ? rootsOf(first?.expression) : []),
  ];
}

function isNoClass(name: string): boolean {
  return !/^[A-Z][a-z]/.test(name);
}

/** Only of what is a member of something: a variable itself is assigned, not written to. */
function memberRoots(target: unknown): string[] {
  const node = withoutTypes(target as Node);
  return node?.type === 'MemberExpression' ? rootsOf(node) : [];
}

/** The variable at the beginning of `a.b[c].d`. */
function rootsOf(value: unknown): string[] {
  const node = withoutTypes(value as Node);
  if (node?.type === 'Identifier') return [nameOf(node)];
  return node?.type === 'MemberExpression' ? rootsOf(node.object) : [];
}

/** The expression in casts, assertions and parentheses. */
function withoutTypes(node: Node | null | undefined): Node | null | undefined {
  const isWrapped =
    /^(Ts(As|NonNull|Satisfies|ConstAs)\w*|TsConstAssertion|ParenthesisExpression)$/;
  return node !== null && node !== undefined && isWrapped.test(node.type)
    ? withoutTypes(node.expression as Node)
    : node;
}

function boundNames(pattern: Node): string[] {
  if (pattern.type === 'Identifier') return [nameOf(pattern)];
  return [...descendants(pattern)]
    .filter(({ type }) => /^(AssignmentPatternProperty|KeyValuePatternProperty)$/.test(type))
    .map(({ key, value }) => nameOf((value as Node | null)?.type === 'Identifier' ? value : key));
}

function importedNames(statement: Node): string[] {
  return (statement.specifiers as Node[]).map(({ local }) => nameOf(local));
}

function nameOf(node: unknown): string {
  const { value, id } = (node ?? {}) as { value?: unknown; id?: Node };
  return typeof value === 'string' ? value : id === undefined ? '' : nameOf(id);
}
