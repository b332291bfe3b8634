import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ModuleReference, type ModuleSyntax, parseModule } from './module-syntax.js';

/** The repository's root folder. */
export const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');

/** A TypeScript file of the library. */
export interface SourceFile {
  /** From `lib` on, with slashes: `trace/tracer.ts`. */
  readonly path: string;
  readonly text: string;
  readonly syntax: ModuleSyntax;
}

/** The paths of all files below a folder of the repository, from that folder on, with slashes. */
export function listFiles(folder: string): string[] {
  const absolute = join(ROOT, folder);
  if (!existsSync(absolute)) return [];
  const entries = readdirSync(absolute, { withFileTypes: true });
  return entries
    .filter(({ name }) => name !== 'node_modules')
    .flatMap((entry) => {
      if (!entry.isDirectory()) return [entry.name];
      return listFiles(posix.join(folder, entry.name)).map((path) => `${entry.name}/${path}`);
    })
    .sort();
}

/** A file of the repository as text. */
export function readText(path: string): string {
  return readFileSync(join(ROOT, path), 'utf8');
}

/** The repository's package.json. */
export function readManifest(): {
  readonly version: string;
  readonly exports: Record<string, string | { readonly default: { readonly types: string } }>;
  readonly typesVersions: { readonly '*': Record<string, readonly string[]> };
  readonly peerDependencies: Record<string, string>;
  readonly peerDependenciesMeta?: Record<string, { optional?: boolean }>;
  readonly devDependencies: Record<string, string>;
} {
  return JSON.parse(readText('package.json'));
}

/** All TypeScript files of the library, parsed, by their path from `lib` on. */
export function readLibrary(): ReadonlyMap<string, SourceFile> {
  const paths = listFiles('lib').filter((path) => /\.tsx?$/.test(path));
  return new Map(
    paths.map((path) => {
      const text = readText(`lib/${path}`);
      return [path, { path, text, syntax: parseModule(text, { tsx: path.endsWith('.tsx') }) }];
    }),
  );
}

/** The path, from `lib` on, of the file that a relative specifier means; undefined for packages. */
export function resolveReference(
  fromPath: string,
  { specifier }: Pick<ModuleReference, 'specifier'>,
): string | undefined {
  if (!specifier.startsWith('.')) return undefined;
  const base = posix.join(posix.dirname(fromPath), specifier);
  // Only the page has components.
  const isComponent =
    isOfPage(fromPath) && existsSync(join(ROOT, 'lib', base.replace(/\.js$/, '.tsx')));
  return base.replace(/\.js$/, isComponent ? '.tsx' : '.ts');
}

/** Whether a file of lib belongs to the page of the viewer, which runs in browsers and is built apart. */
export function isOfPage(path: string): boolean {
  return path.startsWith('viewer/page/');
}

/** The package of a bare specifier: `@nestjs/core` of `@nestjs/core/injector/module.js`. */
export function packageOf(specifier: string): string {
  const [scope, name] = specifier.split('/');
  return specifier.startsWith('@') ? `${scope}/${name}` : (scope as string);
}
