import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { TracerProvider } from '@opentelemetry/api';

/** A loaded copy of `@opentelemetry/api` beside the one that this library imports. */
export interface ApiCopy {
  /** The file that was loaded. */
  readonly path: string;
  readonly version: string;
  /** The `trace` API of the copy. It holds the tracers that libraries created before a provider was registered. */
  readonly trace: { setGlobalTracerProvider(provider: TracerProvider): boolean };
}

/** Entry files of versions 1.9 and 1.10. */
const ENTRY =
  /[\\/]@opentelemetry[\\/]api[\\/](?:build[\\/]src[\\/]index\.js|dist[\\/]index\.cjs)$/;

/**
 * Finds the copies that are loaded as CommonJS, and the ES module builds of the same copies. It does
 * not find copies that are loaded only as ES modules, or copies inside a bundle. Never throws.
 */
export function findApiCopies(): ApiCopy[] {
  try {
    const load = createRequire(join(process.cwd(), 'index.js'));
    const paths = Object.keys(load.cache).filter((path) => ENTRY.test(path));
    return paths.flatMap((path) => readCopies(path, load));
  } catch {
    // A bundler or test runner replaced `require`, and its module cache is not available.
    return [];
  }
}

function readCopies(path: string, load: NodeJS.Require): ApiCopy[] {
  const twin = path.replace(/\.cjs$/, '.mjs');
  const files =
    twin !== path && canRequireModules() && process.getBuiltinModule('node:fs').existsSync(twin)
      ? [path, twin]
      : [path];
  const version = versionOf(path);
  return files.flatMap((file) => {
    try {
      const { trace } = load(file) as Partial<ApiCopy>;
      return typeof trace?.setGlobalTracerProvider === 'function'
        ? [{ path: file, version, trace }]
        : [];
    } catch {
      return [];
    }
  });
}

function canRequireModules(): boolean {
  return (process.features as { require_module?: boolean }).require_module === true;
}

function versionOf(path: string): string {
  const manifest = path.replace(/(?:build|dist)[\\/](?:src[\\/])?index\.c?js$/, 'package.json');
  try {
    const { readFileSync } = process.getBuiltinModule('node:fs');
    return String(JSON.parse(readFileSync(manifest, 'utf8')).version);
  } catch {
    return 'unknown';
  }
}
