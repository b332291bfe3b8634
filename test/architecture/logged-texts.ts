import { type Node, parseStatements } from './module-syntax.js';
import { resolveReference } from './source-tree.js';

/** Stands for a part of a text that differs from one message to the next. */
export const VARYING = '…';

/** A text that the library logs, as the code has it. */
export interface LoggedText {
  /** From `lib` on. */
  readonly path: string;
  /** With {@link VARYING} for each varying part. */
  readonly text: string;
}

/** A function, with the name by which others call it. */
interface Callable {
  /** `method`, `#method`, `Class.method` of a static one, `new Class` of a constructor. */
  readonly name: string;
  readonly parameters: readonly Node[];
  readonly body: Node;
}

interface Call {
  readonly node: Node;
  readonly file: ParsedFile;
}

interface ParsedFile {
  readonly path: string;
  /** All nodes, outer ones first. */
  readonly nodes: readonly Node[];
  readonly calls: readonly Node[];
  readonly callables: readonly Callable[];
  /** The initial values of variables at the top, by their names. */
  readonly constants: ReadonlyMap<string, Node>;
  /** Where imported names come from. */
  readonly imports: ReadonlyMap<string, { readonly path: string; readonly name: string }>;
}

/** Values are followed through this many calls. */
const MAX_DEPTH = 6;

/**
 * Finds what the library logs: the first argument of `report` and `say` of its diagnostics, and of `warn` of a
 * logger. It follows constants, conditions, functions that return a text, and the arguments of the callers.
 */
export class LoggedTexts {
  readonly #files: ReadonlyMap<string, ParsedFile>;
  /** By the name of what they call. */
  readonly #calls = new Map<string, Call[]>();

  /** @param sources the texts of the files, by their path from `lib` on */
  constructor(sources: ReadonlyMap<string, string>) {
    this.#files = new Map([...sources].map(([path, text]) => [path, parsedFile(path, text)]));
    for (const file of this.#files.values()) {
      for (const node of file.calls) {
        const name = calledName(node) ?? '';
        const known = this.#calls.get(name);
        if (known === undefined) this.#calls.set(name, [{ node, file }]);
        else known.push({ node, file });
      }
    }
  }

  /** All texts, each once for each file. A text that cannot be followed is {@link VARYING} alone. */
  all(): LoggedText[] {
    return [...this.#files.values()].flatMap((file) => {
      const texts = new Set(
        file.calls.filter(isLogCall).flatMap((call) => this.#textsOf(argumentOf(call, 0), file, 0)),
      );
      return [...texts].map((text) => ({ path: file.path, text }));
    });
  }

  /** The messages of the errors that a file creates. */
  ofErrors(path: string): string[] {
    const file = this.#files.get(path);
    if (file === undefined) throw new Error(`No file ${path} is in lib.`);
    return file.calls
      .filter((call) => calledName(call) === 'new Error')
      .flatMap((call) => this.#textsOf(argumentOf(call, 0), file, 0));
  }

  /** What an expression can be, as text. */
  #textsOf(node: Node | undefined, file: ParsedFile, depth: number): string[] {
    if (node === undefined || depth > MAX_DEPTH) return [VARYING];
    switch (node.type) {
      case 'StringLiteral':
        return [node.value as string];
      case 'TemplateLiteral':
        return this.#textsOfTemplate(node, file, depth);
      case 'ParenthesisExpression':
      case 'TsAsExpression':
        return this.#textsOf(node.expression as Node, file, depth);
      case 'ConditionalExpression':
        return [node.consequent, node.alternate].flatMap((part) =>
          this.#textsOf(part as Node, file, depth),
        );
      case 'BinaryExpression':
        if (node.operator !== '+') return [VARYING];
        return combined([
          this.#textsOf(node.left as Node, file, depth),
          this.#textsOf(node.right as Node, file, depth),
        ]);
      case 'Identifier':
        return this.#textsOfName(node, file, depth);
      case 'MemberExpression':
        return this.#textsOfMember(node, file, depth);
      case 'CallExpression':
        return this.#textsOfCall(node, file, depth);
      default:
        return [VARYING];
    }
  }

  /** A part after the first fixed text is varying: it is a detail, and not what the message is about. */
  #textsOfTemplate(node: Node, file: ParsedFile, depth: number): string[] {
    const quasis = (node.quasis as { cooked: string }[]).map(({ cooked }) => cooked);
    const expressions = node.expressions as Node[];
    const parts = quasis.flatMap((quasi, index) => {
      const expression = expressions[index];
      if (expression === undefined) return [[quasi]];
      const isName = expression.type === 'Identifier';
      const isFollowed = isName && ((index === 0 && quasi === '') || isConstantName(expression));
      return [[quasi], isFollowed ? this.#textsOf(expression, file, depth + 1) : [VARYING]];
    });
    return combined(parts);
  }

  #textsOfName(node: Node, file: ParsedFile, depth: number): string[] {
    const name = node.value as string;
    // A function inside of another one uses the variables and parameters of both.
    for (const callable of around(file.callables, node)) {
      const value = localValueOf(callable.body, name, file);
      if (value !== undefined) return this.#textsOf(value, file, depth);
      const index = indexOfParameter(callable, name);
      if (index >= 0) return this.#textsOfArgument(callable, index, file, depth);
    }
    const constant = this.#constant(name, file);
    if (constant !== undefined) return this.#textsOf(constant.value, constant.file, depth + 1);
    return this.#textsOfCallback(node, name, file, depth);
  }

  #textsOfArgument(callable: Callable, index: number, file: ParsedFile, depth: number): string[] {
    const calls = (this.#calls.get(callable.name) ?? []).filter(
      (call) => call.file === file || !callable.name.startsWith('#'),
    );
    const texts = calls.flatMap((call) => {
      const argument = argumentOf(call.node, index);
      return argument === undefined ? [] : this.#textsOf(argument, call.file, depth + 1);
    });
    return texts.length === 0 ? [VARYING] : texts;
  }

  /** The parameter of a function that is handed to another one, as in `watch((conflict) => report(conflict))`. */
  #textsOfCallback(node: Node, name: string, file: ParsedFile, depth: number): string[] {
    for (const call of file.calls.filter((outer) => contains(outer, node)).reverse()) {
      const given = (call.arguments ?? []) as { expression: Node }[];
      for (const [index, { expression }] of given.entries()) {
        if (expression.type !== 'ArrowFunctionExpression') continue;
        const callback = callable('', expression) as Callable;
        const parameter = indexOfParameter(callback, name);
        if (parameter < 0 || !contains(expression, node)) continue;
        return this.#textsOfCalledBack(calledName(call) ?? '', index, parameter, depth);
      }
    }
    return [VARYING];
  }

  /** What functions of this name pass to the function that is their argument. */
  #textsOfCalledBack(name: string, index: number, parameter: number, depth: number): string[] {
    const texts = [...this.#files.values()].flatMap((file) =>
      file.callables
        .filter((known) => known.name === name)
        .flatMap(({ parameters, body }) => {
          const callbackName = nameOf(parameters[index]) ?? '';
          return (this.#calls.get(callbackName) ?? [])
            .filter((call) => call.file === file && contains(body, call.node))
            .flatMap((call) => this.#textsOf(argumentOf(call.node, parameter), file, depth + 1));
        }),
    );
    return texts.length === 0 ? [VARYING] : texts;
  }

  /** `this.trouble`, where the class or its constructor gives the value. */
  #textsOfMember(node: Node, file: ParsedFile, depth: number): string[] {
    if ((node.object as Node).type !== 'ThisExpression') return [VARYING];
    const name = nameOf(node.property as Node);
    for (const part of file.nodes) {
      const isField = part.type === 'ClassProperty' || part.type === 'PrivateProperty';
      if (isField && nameOf(part.key as Node) === name && part.value) {
        return this.#textsOf(part.value as Node, file, depth + 1);
      }
      if (part.type !== 'AssignmentExpression') continue;
      const { object, property, type } = part.left as Node & { object?: Node; property?: Node };
      if (type !== 'MemberExpression' || object?.type !== 'ThisExpression') continue;
      if (nameOf(property) === name) return this.#textsOf(part.right as Node, file, depth + 1);
    }
    return [VARYING];
  }

  #textsOfCall(node: Node, file: ParsedFile, depth: number): string[] {
    const name = calledName(node);
    const callable =
      name === undefined ? undefined : file.callables.find((known) => known.name === name);
    if (callable === undefined) return [VARYING];
    if (callable.body.type !== 'FunctionBody') return this.#textsOf(callable.body, file, depth + 1);
    const returned = file.nodes.filter(
      (part) => part.type === 'ReturnStatement' && contains(callable.body, part),
    );
    return returned.flatMap(({ argument }) => this.#textsOf(argument as Node, file, depth + 1));
  }

  #constant(name: string, file: ParsedFile): { value: Node; file: ParsedFile } | undefined {
    const value = file.constants.get(name);
    if (value !== undefined) return { value, file };
    const imported = file.imports.get(name);
    const source = imported && this.#files.get(imported.path);
    return source && this.#constant((imported as { name: string }).name, source);
  }
}

/** All ways to put one text of each part together. */
function combined(parts: readonly (readonly string[])[]): string[] {
  return parts.reduce<string[]>(
    (texts, choices) => texts.flatMap((text) => choices.map((choice) => text + choice)),
    [''],
  );
}

const LOG_METHODS = ['report', 'say', 'warn'];

function isLogCall(call: Node): boolean {
  let callee = call.callee as Node;
  if (callee.type === 'OptionalChainingExpression') callee = callee.base as Node;
  if (callee.type !== 'MemberExpression') return false;
  const { object, property } = callee as Node & { object: Node; property: Node };
  if (!LOG_METHODS.includes(nameOf(property) ?? '')) return false;
  return /diagnostics$|logger$|^log$|^console$/i.test(lastNameOf(object) ?? '');
}

/** The name at the end of `this.#tracer.diagnostics` or `tracer?.diagnostics`. */
function lastNameOf(node: Node): string | undefined {
  if (node.type === 'MemberExpression') return nameOf(node.property as Node);
  if (node.type === 'OptionalChainingExpression') return lastNameOf(node.base as Node);
  return nameOf(node);
}

/** Calls, also those of `new`, and those behind `?.`. */
function isCall({ type, callee }: Node): boolean {
  return (type === 'CallExpression' || type === 'NewExpression') && callee !== undefined;
}

function calledName(call: Node): string | undefined {
  const callee = call.callee as Node;
  if (call.type === 'NewExpression') return `new ${nameOf(callee)}`;
  const name = lastNameOf(callee);
  const owner = callee.type === 'MemberExpression' ? nameOf(callee.object as Node) : undefined;
  return owner !== undefined && /^[A-Z]/.test(owner) ? `${owner}.${name}` : name;
}

function argumentOf(call: Node, index: number): Node | undefined {
  const given = (call.arguments ?? []) as { expression: Node }[];
  return given[index]?.expression;
}

/** Of an identifier, a private name, or a parameter with a type or a default. */
function nameOf(node: Node | undefined): string | undefined {
  switch (node?.type) {
    case 'Identifier':
      return node.value as string;
    case 'PrivateName':
      return `#${node.value}`;
    case 'Parameter':
      return nameOf(node.pat as Node);
    case 'TsParameterProperty':
      return nameOf(node.param as Node);
    case 'AssignmentPattern':
      return nameOf(node.left as Node);
    default:
      return undefined;
  }
}

function isConstantName({ value }: Node): boolean {
  return /^[A-Z][A-Z_]+$/.test(value as string);
}

function parsedFile(path: string, text: string): ParsedFile {
  const body = parseStatements(text);
  const declared = body.map((statement) =>
    statement.type === 'ExportDeclaration' ? (statement.declaration as Node) : statement,
  );
  const nodes: Node[] = [];
  collect(body, nodes);
  return {
    path,
    nodes,
    calls: nodes.filter(isCall),
    callables: callablesOf(nodes),
    constants: new Map(declared.flatMap(variablesOf).map(({ name, value }) => [name, value])),
    imports: new Map(body.flatMap((statement) => importsOf(statement, path))),
  };
}

function collect(value: unknown, nodes: Node[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (typeof (value as Node).type === 'string') nodes.push(value as Node);
  for (const member of Object.values(value)) collect(member, nodes);
}

function variablesOf(node: Node): { name: string; value: Node }[] {
  if (node.type !== 'VariableDeclaration') return [];
  return (node.declarations as Node[]).flatMap(({ id, init }) => {
    const name = nameOf(id as Node);
    return name === undefined || !init ? [] : [{ name, value: init as Node }];
  });
}

function importsOf(
  statement: Node,
  path: string,
): [string, { readonly path: string; readonly name: string }][] {
  if (statement.type !== 'ImportDeclaration') return [];
  const { value: specifier } = statement.source as { value: string };
  const target = resolveReference(path, { specifier });
  if (target === undefined) return [];
  return (statement.specifiers as Node[]).flatMap(({ local, imported }) => {
    const name = nameOf(local as Node);
    if (name === undefined) return [];
    return [[name, { path: target, name: nameOf((imported ?? local) as Node) ?? name }]];
  });
}

/** The functions, methods, constructors and named arrow functions, outer ones first. */
function callablesOf(nodes: readonly Node[]): Callable[] {
  let className = '';
  return nodes.flatMap((node) => {
    if (node.type === 'ClassDeclaration') className = nameOf(node.identifier as Node) ?? '';
    return callableOf(node, className) ?? [];
  });
}

function callableOf(node: Node, className: string): Callable | undefined {
  const arrow = (node.init ?? node.value) as Node | undefined;
  switch (node.type) {
    case 'FunctionDeclaration':
      return callable(nameOf(node.identifier as Node), node);
    case 'ClassMethod':
    case 'PrivateMethod': {
      const name = nameOf(node.key as Node);
      return callable(node.isStatic ? `${className}.${name}` : name, node.function as Node);
    }
    case 'Constructor':
      return callable(`new ${className}`, node);
    case 'VariableDeclarator':
      if (arrow?.type !== 'ArrowFunctionExpression') return undefined;
      return callable(nameOf(node.id as Node), arrow);
    default:
      return undefined;
  }
}

function callable(name: string | undefined, node: Node): Callable | undefined {
  if (name === undefined || !node.body) return undefined;
  const parameters = (node.params ?? node.parameters ?? []) as Node[];
  return { name, parameters, body: node.body as Node };
}

/** The functions that contain a node, the innermost first. */
function around(callables: readonly Callable[], node: Node): Callable[] {
  return callables.filter(({ body }) => contains(body, node)).reverse();
}

function indexOfParameter({ parameters }: Callable, name: string): number {
  return parameters.findIndex((parameter) => nameOf(parameter) === name);
}

function contains(outer: Node, inner: Node): boolean {
  const [around, within] = [outer.span, inner.span] as { start: number; end: number }[];
  if (around === undefined || within === undefined) return false;
  return around.start <= within.start && within.end <= around.end;
}

function localValueOf(body: Node, name: string, { nodes }: ParsedFile): Node | undefined {
  return nodes
    .filter((node) => node.type === 'VariableDeclaration' && contains(body, node))
    .flatMap(variablesOf)
    .find((known) => known.name === name)?.value;
}
