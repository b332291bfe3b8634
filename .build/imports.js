import { posix } from 'node:path';

/** The file that holds what the code takes from outside. */
const OUTSIDE = 'outside.js';

/**
 * Modules of Node that the code gets from the door and not from `process`: test runners replace `createRequire`
 * by one that loads files as they do.
 */
const GIVEN_MODULES = ['node:module'];

const STATEMENT = /^(?:(?:let|const) (\w+) = )?require\("([^"]+)"\);$/gm;

/**
 * Replaces the imports of a file that the bundler wrote as CommonJS, so that the file loads nothing but files of
 * the package. Modules of Node come from `process`, which works in every format that a bundler of an application
 * writes; packages come from `outside.js`. Of both, the values are taken when the file is loaded, as an
 * `import` takes them: a test that later replaces `http.request` does not change the library's own requests.
 *
 * @returns the code; the files that it loads; the names of the values that it needs, by package
 * @throws Error for an import in another form
 */
export function withoutImports({ code, fileName }) {
  const files = [];
  const outside = {};
  const replaced = code.replace(STATEMENT, (statement, variable, module) => {
    if (module.startsWith('.')) {
      files.push(posix.join(posix.dirname(fileName), module));
      return statement;
    }
    if (variable === undefined) {
      outside[module] = [];
      return '';
    }
    const names = namesOf(code.replace(statement, ''), variable);
    if (module.startsWith('node:') && !GIVEN_MODULES.includes(module)) {
      const taken = names.join(', ');
      return `const ${variable} = (({ ${taken} }) => ({ ${taken} }))(process.getBuiltinModule("${module}"));`;
    }
    outside[module] = names;
    return `const ${variable} = require("${to(fileName, OUTSIDE)}").outside["${module}"];`;
  });
  for (const [, module] of replaced.matchAll(/\brequire\("([^"]+)"\)/g)) {
    if (!module.startsWith('.')) throw new Error(`${fileName} loads ${module} in an unknown way.`);
    files.push(posix.join(posix.dirname(fileName), module));
  }
  return { code: replaced, files: [...new Set(files)], outside };
}

function namesOf(code, variable) {
  const uses = [...code.matchAll(new RegExp(`\\b${variable}\\b(?:\\.(\\w+))?`, 'g'))];
  if (uses.some(([, name]) => name === undefined)) {
    throw new Error(`The code uses ${variable} as a whole; name what it imports.`);
  }
  return [...new Set(uses.map(([, name]) => name))].sort();
}

/** The code of an entry as a function: it receives the packages that the code needs, and returns the exports. */
export function asFactory(fileName, code) {
  return [
    'let door;',
    'module.exports = (given) => door ??= load(given, {});',
    'function load(given, exports) {',
    `require("${to(fileName, OUTSIDE)}")(given);`,
    code.replace(/^#!.*\n/, ''),
    'return exports;',
    '}',
  ].join('\n');
}

/** The packages that a file and the files that it loads take from outside. */
export function takesFromOutside(fileName, files, seen = new Set()) {
  const taken = new Set();
  const file = files.get(fileName);
  if (file === undefined || seen.has(fileName)) return taken;
  seen.add(fileName);
  for (const name of Object.keys(file.outside)) taken.add(name);
  for (const path of file.files) {
    for (const name of takesFromOutside(path, files, seen)) taken.add(name);
  }
  return taken;
}

function to(from, target) {
  const path = posix.relative(posix.dirname(from), target);
  return path.startsWith('.') ? path : `./${path}`;
}
