import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { CODE } from './doors.js';
import { asFactory, takesFromOutside, withoutImports } from './imports.js';
import { buildPage } from './page.js';
import { shorten } from './shorten.js';

/**
 * Builds the code of the entries into `dist/code`, once for both module formats. Code that several entries need
 * goes into files that these entries load. The code imports nothing but its own files: each entry is a function
 * that receives the packages it needs, and returns what the entry exports.
 *
 * @param root the folder of package.json and `lib`
 * @param entries the paths of the sources, from `lib` on, without the suffix
 * @returns for each entry what it exports, and the values that it needs by the package they come from
 * @throws Error for a warning of the bundler, and for an import of a package that is no peer dependency
 */
export async function bundle({ root, entries }) {
  const build = await openBuild({ root, entries });
  try {
    const { output } = await build.generate({
      format: 'cjs',
      // Node decodes a file that is all ASCII in a third of the time.
      charset: 'ascii',
      chunkFileNames: 'shared-[hash].js',
      // The declarations have the comments; here they only take time to parse.
      comments: { legal: true, annotation: false, jsdoc: false },
      // Spans and errors show names, also those of two classes or functions that are named alike.
      keepNames: true,
    });
    requireOwnModules(output, join(root, 'lib'));
    return await writeCode(output, join(root, CODE));
  } finally {
    await build.close();
  }
}

/**
 * The bundler, for callers that write the entries in another form. They close it.
 *
 * @throws Error for a warning of the bundler
 */
export function openBuild({ root, entries }) {
  const lib = join(root, 'lib');
  return rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [entry, join(lib, `${entry}.ts`)])),
    external: peersOf(root),
    platform: 'node',
    plugins: [pageOfViewer(root, lib)],
    tsconfig: join(lib, 'tsconfig.build.json'),
    onLog(level, { message }) {
      if (level === 'warn') throw new Error(message);
    },
  });
}

async function writeCode(chunks, folder) {
  const files = new Map(chunks.map((chunk) => [chunk.fileName, withoutImports(chunk)]));
  for (const { fileName, isEntry } of chunks) {
    const { code } = files.get(fileName);
    const path = join(folder, fileName);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, await shorten(fileName, isEntry ? asFactory(fileName, code) : code));
  }
  writeFileSync(
    join(folder, 'outside.js'),
    `// What the code takes from outside: packages by their names. The first door that is loaded gives it.\nconst outside = {};\nmodule.exports = (given) => {\n  for (const name in given) outside[name] ??= given[name];\n};\nmodule.exports.outside = outside;\n`,
  );
  writeFileSync(join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  // All names of a package, so that it does not matter which door gives it first.
  const named = {};
  for (const { outside } of files.values()) {
    for (const [name, values] of Object.entries(outside)) {
      named[name] = [...new Set([...(named[name] ?? []), ...values])].sort();
    }
  }
  const entries = chunks.filter(({ isEntry }) => isEntry);
  return entries.map(({ name, fileName, exports }) => ({
    name,
    exports,
    outside: Object.fromEntries(
      [...takesFromOutside(fileName, files)].sort().map((taken) => [taken, named[taken]]),
    ),
  }));
}

/** Puts the page of the viewer where the sources have an empty one. */
function pageOfViewer(root, lib) {
  const file = join(lib, 'viewer', 'server', 'page-bytes.ts');
  return {
    name: 'page-of-viewer',
    async load(id) {
      if (id !== file) return undefined;
      const { gzip, policy } = await buildPage(root);
      return [
        `export const PAGE_GZIP = ${JSON.stringify(gzip.toString('base64'))};`,
        `export const PAGE_POLICY = ${JSON.stringify(policy)};`,
      ].join('\n');
    },
  };
}

/** Users install the peer dependencies themselves, so these are not built into the package. */
function peersOf(root) {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.keys(peerDependencies).map((name) => new RegExp(`^${name}(/|$)`));
}

/** The bundler would copy any other package into the files, without a warning. */
function requireOwnModules(output, lib) {
  const foreign = output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    // The bundler's helpers, such as the one for decorators, have no file.
    .filter((id) => !id.startsWith(lib + sep) && !id.startsWith('\0'));
  if (foreign.length > 0) {
    throw new Error(`lib imports ${foreign[0]}, which belongs to no peer dependency.`);
  }
}
