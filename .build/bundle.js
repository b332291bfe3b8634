import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { rolldown } from 'rolldown';
import { buildPage } from './page.js';

/**
 * Builds each entry into one file for each format. Code that several entries need goes into files that
 * these entries load: a process has one copy of the library, whichever entries it imports, and an entry
 * loads only the code that it needs. Source maps lead to `lib`.
 *
 * @param root the folder of package.json and `lib`
 * @param entries the paths of the sources, from `lib` on, without the suffix
 * @param folders where the files go, by format: `{ esm, cjs }`
 * @throws Error for a warning of the bundler, and for an import of a package that is no peer dependency
 */
export async function bundle({ root, entries, folders }) {
  const lib = join(root, 'lib');
  const build = await rolldown({
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
  try {
    for (const [format, folder] of Object.entries(folders)) {
      const { output } = await build.write({
        dir: folder,
        format,
        // Node decodes a file that is all ASCII in a third of the time.
        charset: 'ascii',
        chunkFileNames: 'shared-[hash].js',
        // The declarations have the comments; here they only take time to parse.
        comments: { legal: true, annotation: true, jsdoc: false },
        // Spans and errors show names, also those of two classes or functions that are named alike.
        keepNames: true,
        minify: false,
        sourcemap: true,
        // The package contains `lib`.
        sourcemapExcludeSources: true,
      });
      requireOwnModules(output, lib);
    }
  } finally {
    await build.close();
  }
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
