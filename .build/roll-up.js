import { readDeclarationFile } from './declaration-file.js';

/**
 * Rolls declarations up into one file for each entry. What several entries have in common goes into files that
 * these entries import; what no entry leads to is left out. Comments stay.
 *
 * @param entries the paths of the entries, without the suffix: `testing/index`
 * @param read returns the text of the declarations of a path: `trace/tracer.d.ts`
 * @returns the text of each file by its path
 * @throws Error for declarations that it cannot take apart
 */
export function rollUp(entries, read) {
  const library = new Library(read);
  const reached = reach(library, entries);
  const names = nameAll(reached);
  const files = new Map();
  for (const unit of reached.values()) {
    const file = fileOf(unit.doors, files);
    file.units.push(unit);
    unit.file = file.path;
  }
  for (const entry of entries) fileOf([entry], files);
  return Object.fromEntries(
    [...files.values()].map((file) => [file.path, print(file, names, reached, library)]),
  );
}

/** The files of declarations, and what their names lead to. */
class Library {
  #files = new Map();
  #read;

  constructor(read) {
    this.#read = read;
  }

  file(path) {
    const known = this.#files.get(path);
    if (known !== undefined) return known;
    const file = readDeclarationFile(path, this.#read(path));
    this.#files.set(path, file);
    return file;
  }

  /** Where a name is declared: in a file, or in a package; undefined for a name of the language. */
  find(path, { from, name }) {
    if (from !== undefined) {
      if (!from.endsWith('.d.ts')) return { package: from, name };
      const handedOn = this.file(from).exports.get(name);
      if (handedOn === undefined) throw new Error(`${from} does not export ${name}.`);
      return this.find(from, handedOn);
    }
    const file = this.file(path);
    if (file.declarations.has(name)) return { path, name };
    const imported = file.imports.get(name);
    return imported === undefined ? undefined : this.find(path, imported);
  }
}

const keyOf = ({ path, name, package: from }) => `${path ?? from}#${name}`;

/** What each entry leads to, by its key, in the order in which it is found. */
function reach(library, entries) {
  const reached = new Map();
  for (const entry of entries) {
    const waiting = [...library.file(`${entry}.d.ts`).exports].map(([, exported]) =>
      library.find(`${entry}.d.ts`, exported),
    );
    const seen = new Set();
    while (waiting.length > 0) {
      const found = waiting.shift();
      const key = keyOf(found);
      if (found.path === undefined || seen.has(key)) continue;
      seen.add(key);
      const file = library.file(found.path);
      const unit = reached.get(key) ?? {
        ...found,
        doors: [],
        globals: new Set(),
        targets: new Map(),
      };
      unit.doors.push(entry);
      reached.set(key, unit);
      unit.parts = file.declarations.get(found.name);
      for (const { references, own } of unit.parts) {
        for (const reference of references) {
          const target = library.find(found.path, reference);
          if (target === undefined) {
            unit.globals.add(reference.name);
          } else if (!own.has(reference.name) || reference.from !== undefined) {
            unit.targets.set(reference, target);
            waiting.push(target);
          } else {
            throw new Error(
              `${found.path}: ${found.name} has a type parameter of the name of an import, ${reference.name}.`,
            );
          }
        }
      }
    }
  }
  return reached;
}

/** A name for each declaration and each value of a package that is unique among all, by their keys. */
function nameAll(reached) {
  const names = new Map();
  const taken = new Set([...reached.values()].flatMap(({ globals }) => [...globals]));
  const give = (found) => {
    const key = keyOf(found);
    if (names.has(key)) return;
    let name = found.name;
    for (let count = 1; taken.has(name); count++) name = `${found.name}$${count}`;
    taken.add(name);
    names.set(key, name);
  };
  for (const unit of reached.values()) give(unit);
  for (const { targets } of reached.values()) for (const target of targets.values()) give(target);
  return names;
}

/** The file for what these entries lead to: that of the entry, or one that they share. */
function fileOf(doors, files) {
  const key = doors.join();
  const known = files.get(key);
  if (known !== undefined) return known;
  const shared = [...files.values()].filter(({ entry }) => entry === undefined).length;
  const isEntry = doors.length === 1;
  const path = isEntry ? `${doors[0]}.d.ts` : `shared-${shared + 1}.d.ts`;
  const file = { path, entry: isEntry ? doors[0] : undefined, units: [] };
  files.set(key, file);
  return file;
}

function print({ path, entry, units }, names, reached, library) {
  const imports = new Map();
  const use = (target) => {
    const name = names.get(keyOf(target));
    const from = target.package ?? reached.get(keyOf(target)).file;
    if (from === path) return name;
    const imported =
      target.package === undefined || target.name === name ? name : `${target.name} as ${name}`;
    imports.set(from, (imports.get(from) ?? new Set()).add(imported));
    return name;
  };
  const exports = entry === undefined ? [] : [...library.file(path).exports];
  const handedOn = new Map();
  const exportedHere = new Map();
  for (const [exported, origin] of exports) {
    const target = library.find(path, origin);
    const name = names.get(keyOf(target)) ?? target.name;
    const from = target.package ?? reached.get(keyOf(target)).file;
    const isHere = from === path;
    if (isHere && exported === name) exportedHere.set(keyOf(target), true);
    else {
      const original = target.package === undefined ? name : target.name;
      const clause = original === exported ? exported : `${original} as ${exported}`;
      handedOn.set(isHere ? '' : from, [...(handedOn.get(isHere ? '' : from) ?? []), clause]);
    }
  }
  const texts = units.flatMap((unit) => {
    const isExported = entry === undefined || exportedHere.has(keyOf(unit));
    return textsOf(unit, library.file(unit.path).text, names, use, isExported);
  });
  const importLines = [...imports]
    .sort(byFirst)
    .map(
      ([from, list]) =>
        `import { ${[...list].sort().join(', ')} } from '${specifier(path, from)}';`,
    );
  const exportLines = [...handedOn].sort(byFirst).map(([from, list]) => {
    return `export { ${list.sort().join(', ')} }${from === '' ? '' : ` from '${specifier(path, from)}'`};`;
  });
  // Without it, every declaration of a file would be exported.
  return `${[...importLines, ...texts, ...exportLines, 'export {};'].join('\n')}\n`;
}

function textsOf(unit, text, names, use, isExported) {
  const name = names.get(keyOf(unit));
  return unit.parts.map(({ leading, start, end, ids, references }) => {
    const edits = ids.map((id) => ({ ...id, name }));
    for (const reference of references) {
      const target = unit.targets.get(reference);
      if (target !== undefined) edits.push({ ...reference, name: use(target) });
    }
    let at = start;
    let code = '';
    for (const edit of edits.sort((a, b) => a.start - b.start)) {
      code += text.slice(at, edit.start) + edit.name;
      at = edit.end;
    }
    code += text.slice(at, end);
    const keyword = isExported ? 'export ' : '';
    return narrow(`${leading === '' ? '' : `${leading}\n`}${keyword}${code}`);
  });
}

/** `tsc` indents by four spaces. */
function narrow(text) {
  return text.replace(/^(?: {4})+/gm, (spaces) => spaces.slice(spaces.length / 2));
}

function specifier(path, from) {
  if (!from.endsWith('.d.ts')) return from;
  const up = '../'.repeat(path.split('/').length - 1);
  return `${up || './'}${from.replace(/\.d\.ts$/, '.js')}`;
}

function byFirst([a], [b]) {
  return a < b ? -1 : 1;
}
