import { execFileSync } from 'node:child_process';
import { cpSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { bundle } from './bundle.js';
import { FORMATS, readCommands, readDoors } from './doors.js';

// Builds `dist`: tsc writes the declarations, which both formats share, and the bundler writes the
// JavaScript of the doors beside them. See lib/README.md, "How the package is built".
const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');
const folders = {
  esm: join(ROOT, FORMATS.esm),
  cjs: join(ROOT, FORMATS.cjs),
};

rmSync(join(ROOT, 'dist'), { recursive: true, force: true });
execFileSync(process.execPath, [TSC, '-p', 'lib/tsconfig.build.json'], {
  cwd: ROOT,
  stdio: 'inherit',
});
cpSync(folders.esm, folders.cjs, { recursive: true });
const entries = [...Object.values(readDoors(ROOT)), ...readCommands(ROOT)];
await bundle({ root: ROOT, entries, folders });
writeFileSync(join(folders.cjs, 'package.json'), '{ "type": "commonjs" }\n');
