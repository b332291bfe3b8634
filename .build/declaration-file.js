import { posix } from 'node:path';
import { parseSync } from 'rolldown/utils';

/** Where an identifier is a reference to a type or a value, by the node that it is a part of. */
const REFERENCES = {
  TSTypeReference: 'typeName',
  TSQualifiedName: 'left',
  TSTypeQuery: 'exprName',
  TSInterfaceHeritage: 'expression',
  TSClassImplements: 'expression',
  ClassDeclaration: 'superClass',
  MemberExpression: 'object',
};

/**
 * Reads a file of declarations as `tsc` writes them.
 *
 * @param path from the folder of all declarations on: `trace/tracer.d.ts`
 * @returns `declarations`: the statements of each name that the file declares; `imports` and `exports`: where
 *   each name comes from, as `{ from, name }`, in which `from` is a path or a package, and undefined for the file
 *   itself; `loads`: the packages that it imports without a name
 * @throws Error for a statement that is not known, and for an error of syntax
 */
export function readDeclarationFile(path, text) {
  const { program, errors } = parseSync(path, text, { lang: 'dts' });
  const unknown = (what) => new Error(`The declarations of ${path} have ${what}.`);
  if (errors.length > 0) throw unknown(`an error of syntax: ${errors[0].message}`);
  const file = { path, text, declarations: new Map(), imports: new Map(), exports: new Map() };
  file.loads = [];
  const target = ({ value }) => resolve(path, value);
  let end = 0;
  for (const statement of program.body) {
    const leading = text.slice(end, statement.start).trim();
    end = statement.end;
    const { type, source, specifiers = [], declaration = statement } = statement;
    if (type === 'ImportDeclaration') {
      if (specifiers.length === 0) file.loads.push(target(source));
      for (const { local, imported } of specifiers) {
        if (imported === undefined) throw unknown('an import of a whole module');
        file.imports.set(local.name, { from: target(source), name: imported.name });
      }
    } else if (type === 'ExportNamedDeclaration' && statement.declaration === null) {
      const from = source === null ? undefined : target(source);
      for (const { local, exported } of specifiers) {
        file.exports.set(exported.name, { from, name: local.name });
      }
    } else {
      for (const { name } of idsOf(declaration, unknown)) {
        const known = file.declarations.get(name) ?? [];
        const part = { leading, start: declaration.start, end, ...namesIn(path, declaration) };
        file.declarations.set(name, [...known, part]);
        if (declaration !== statement) file.exports.set(name, { from: undefined, name });
      }
    }
  }
  return file;
}

function idsOf(declaration, unknown) {
  if (declaration.type === 'VariableDeclaration') {
    // A statement with two names could not be taken apart.
    if (declaration.declarations.length > 1) throw unknown('several variables in one statement');
    return [declaration.declarations[0].id];
  }
  const isKnown =
    declaration.id?.type === 'Identifier' && declaration.type !== 'TSModuleDeclaration';
  if (!isKnown) throw unknown(`a statement of the type ${declaration.type}`);
  return [declaration.id];
}

/**
 * The names in a declaration: `ids`, the places of its own name; `references`, those of other names, some of
 * which are from a file or package, by `import('…')`; `own`, its type parameters.
 */
function namesIn(path, declaration) {
  const ids = [];
  const references = [];
  const own = new Set();
  const visit = (node, parent, key) => {
    if (Array.isArray(node)) return node.forEach((one) => void visit(one, parent, key));
    if (typeof node?.type !== 'string') return;
    const { type, name, start, end } = node;
    if (type === 'TSTypeParameter') own.add(name.name);
    if (type === 'TSMappedType') own.add(node.key.name);
    if (type === 'Identifier') {
      const isKey = key === 'key' && parent.computed === true;
      if (REFERENCES[parent.type] === key || isKey) references.push({ name, start, end });
      const isId = parent === declaration || parent.type === 'VariableDeclarator';
      if (isId && key === 'id') ids.push({ start, end: start + name.length });
    }
    if (type === 'TSImportType') {
      const { source, qualifier, typeArguments } = node;
      if (qualifier?.type !== 'Identifier') {
        throw new Error(`The declarations of ${path} use ${source.value} as a whole.`);
      }
      const from = resolve(path, source.value);
      references.push({ from, name: qualifier.name, start, end: qualifier.end });
      return visit(typeArguments, node, 'typeArguments');
    }
    for (const [member, value] of Object.entries(node)) {
      if (typeof value === 'object') visit(value, node, member);
    }
  };
  visit(declaration, undefined, undefined);
  return { ids, references, own };
}

function resolve(path, specifier) {
  if (!specifier.startsWith('.')) return specifier;
  return posix.join(posix.dirname(path), specifier.replace(/\.js$/, '.d.ts'));
}
