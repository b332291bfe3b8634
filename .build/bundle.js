import { readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { rolldown } from 'rolldown';

/**
 * Builds each entry into one file, and what several entries need into files that all of them load: a
 * process has one copy of the library, whichever entries it imports, and an entry loads only what it
 * needs. Source maps lead to `lib`.
 *
 * @param root the folder of package.json and `lib`
 * @param entries the paths of the sources, from `lib` on, without the suffix
 * @param folders where the files go, by format: `{ esm, cjs }`
 * @throws Error for whatever the bundler warns about, and for code that is neither of `lib` nor of a peer
 */
export async function bundle({ root, entries, folders }) {
  const lib = join(root, 'lib');
  const build = await rolldown({
    cwd: root,
    input: Object.fromEntries(entries.map((entry) => [entry, join(lib, `${entry}.ts`)])),
    external: peersOf(root),
    platform: 'node',
    tsconfig: join(lib, 'tsconfig.build.json'),
    onLog(_level, { message }) {
      throw new Error(message);
    },
  });
  try {
    for (const [format, folder] of Object.entries(folders)) {
      const { output } = await build.write({
        dir: folder,
        format,
        // Node reads a file that is all ASCII in less than half the time.
        charset: 'ascii',
        chunkFileNames: 'shared-[hash].js',
        // They are in the declarations, and take time to skip.
        comments: { legal: true, annotation: true, jsdoc: false },
        // Errors and spans show the names of classes and functions, also of two that are named alike.
        keepNames: true,
        minify: false,
        sourcemap: true,
        // The package has `lib` in it.
        sourcemapExcludeSources: true,
      });
      requireOwnModules(output, lib);
    }
  } finally {
    await build.close();
  }
}

/** What users of the package install themselves is not built into it. */
function peersOf(root) {
  const { peerDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  return Object.keys(peerDependencies).map((name) => new RegExp(`^${name}(/|$)`));
}

/** A package that is no peer would be copied into the files without anybody noticing. */
function requireOwnModules(output, lib) {
  const foreign = output
    .flatMap(({ moduleIds = [] }) => moduleIds)
    // The bundler's helpers, such as the one for decorators, have no file.
    .filter((id) => !id.startsWith(lib + sep) && !id.startsWith('\0'));
  if (foreign.length > 0) {
    throw new Error(`lib imports ${foreign.join(', ')}, which is no peer dependency.`);
  }
}
