import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type DeclarationSyntax, parseDeclarations } from './declaration-syntax.js';
import { parseModule } from './module-syntax.js';
import { ROOT, type SourceFile } from './source-tree.js';

const require = createRequire(import.meta.url);
const TSC = join(dirname(require.resolve('typescript/package.json')), 'bin', 'tsc');

/** The declarations that `tsc` writes for a file of the library, by the path of that file. */
export interface DeclarationFile extends SourceFile {
  readonly types: DeclarationSyntax;
}

/** The declaration files of a library, by path from `lib` on: `trace/tracer.ts`. */
export type DeclarationFiles = ReadonlyMap<string, DeclarationFile>;

/**
 * Has `tsc` write the declarations of the library into a temporary folder, and reads them.
 *
 * @throws Error with the output of `tsc` when the library does not compile
 */
export function emitDeclarations(): DeclarationFiles {
  const folder = mkdtempSync(join(tmpdir(), 'declarations-'));
  try {
    const output = ['--declaration', '--emitDeclarationOnly', '--outDir', folder];
    const maps = ['--declarationMap', 'false', '--sourceMap', 'false'];
    const project = ['-p', 'lib/tsconfig.build.json'];
    const { status, stdout, stderr } = spawnSync(
      process.execPath,
      [TSC, ...project, ...output, ...maps],
      { cwd: ROOT, encoding: 'utf8' },
    );
    if (status !== 0) throw new Error(`tsc cannot write the declarations.\n${stdout}${stderr}`);
    const texts = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.d.ts'))
      .map((path) => [path.replace(/\.d\.ts$/, '.ts'), readFileSync(join(folder, path), 'utf8')]);
    return declarationFiles(Object.fromEntries(texts));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Reads the texts of `.d.ts` files. */
export function declarationFiles(texts: Readonly<Record<string, string>>): DeclarationFiles {
  return new Map(
    Object.entries(texts).map(([path, text]) => [
      path,
      { path, text, syntax: parseModule(text), types: parseFile(path, text) },
    ]),
  );
}

function parseFile(path: string, text: string): DeclarationSyntax {
  try {
    return parseDeclarations(text);
  } catch (error) {
    throw new Error(`The declarations of lib/${path} cannot be read.`, { cause: error });
  }
}
