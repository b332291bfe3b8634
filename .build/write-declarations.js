import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { FORMATS } from './doors.js';
import { rollUp } from './roll-up.js';

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

/**
 * Writes the declarations of the doors: those of CommonJS contain them, and those of ES modules lead there.
 *
 * @param root the folder of package.json and `lib`
 * @param doors the paths of the sources, from `lib` on, without the suffix
 */
export function writeDeclarations(root, doors) {
  // Where `lib/tsconfig.build.json` has it.
  const folder = join(root, 'dist', 'declarations');
  execFileSync(process.execPath, [TSC, '-p', 'lib/tsconfig.build.json'], {
    cwd: root,
    stdio: 'inherit',
  });
  const files = rollUp(doors, (path) => readFileSync(join(folder, path), 'utf8'));
  for (const [path, text] of Object.entries(files)) write(join(root, FORMATS.cjs, path), text);
  for (const door of doors) {
    const up = posix.relative(posix.dirname(`${FORMATS.esm}/${door}`), `${FORMATS.cjs}/${door}`);
    write(join(root, FORMATS.esm, `${door}.d.ts`), `export * from '${up}.js';\n`);
  }
  rmSync(folder, { recursive: true });
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
