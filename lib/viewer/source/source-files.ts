import { constants, type Stats } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { isAbsolute, join, normalize, relative, resolve, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { SourceSettings } from './source-settings.js';

const FOLDER_OF_PACKAGES = 'node_modules';

/** Why a file is not read. */
export type FileRefusal = 'outside' | 'missing' | 'hidden' | 'package' | 'too-long' | 'not-text';

/** A file below a source root. */
export interface SourceFile {
  /** The path without symbolic links. */
  readonly path: string;
  /** The path from its source root, with slashes. */
  readonly shortPath: string;
}

/** The text of a file. */
export interface SourceText {
  readonly text: string;
  readonly byteCount: number;
  /** When the file was last written, in epoch milliseconds. */
  readonly changedMillis: number;
}

/** Whether a path leads into a folder, by its text alone. */
export function isBelow(folder: string, path: string): boolean {
  const rest = relative(folder, path);
  return rest !== '' && rest !== '..' && !rest.startsWith(`..${sep}`) && !isAbsolute(rest);
}

/**
 * Finds the file of this machine that a span or a source map names.
 *
 * @param name a path, a `file:` URL, or a `webpack:` URL, whose path counts from a source root
 * @returns why the file may not be shown, if so. A path out of the source roots is refused before anything
 *   is asked of the file system, and again after its symbolic links are followed
 */
export async function findSourceFile(
  name: string,
  settings: SourceSettings,
): Promise<SourceFile | FileRefusal> {
  const roots: string[] = [];
  for (const root of settings.sourceRoots) {
    const real = await realpath(root).catch(() => undefined);
    if (real !== undefined) roots.push(...new Set([root, real]));
  }
  let refusal: FileRefusal = 'outside';
  for (const path of pathsOf(name, settings)) {
    if (!roots.some((root) => isBelow(root, path))) continue;
    const real = await realpath(path).catch(() => undefined);
    if (real === undefined) {
      refusal = 'missing';
      continue;
    }
    const root = roots.find((each) => isBelow(each, real));
    if (root === undefined) continue;
    const segments = relative(root, real).split(sep);
    const shortPath = segments.join('/');
    if (segments.some((segment) => segment.startsWith('.'))) refusal = 'hidden';
    else if (segments.includes(FOLDER_OF_PACKAGES)) refusal = 'package';
    else return { path: real, shortPath };
  }
  return refusal;
}

/**
 * Reads a file that {@link findSourceFile} has found.
 *
 * @param maxBytes a longer file is refused
 */
export async function readSourceFile(
  { path }: SourceFile,
  maxBytes: number,
): Promise<SourceText | FileRefusal> {
  let file: FileHandle | undefined;
  try {
    // Nothing waits for the other end of a pipe, and a link that has just replaced the file is not followed.
    // Windows has neither of the flags.
    const { O_RDONLY, O_NONBLOCK = 0, O_NOFOLLOW = 0 } = constants;
    file = await open(path, O_RDONLY | O_NONBLOCK | O_NOFOLLOW);
    const stats = await file.stat();
    const refusal = refusalOf(stats, maxBytes);
    if (refusal !== undefined) return refusal;
    const bytes = Buffer.alloc(stats.size);
    // The file can grow while it is read: no more than what was measured is taken.
    const { bytesRead } = await file.read(bytes, 0, stats.size, 0);
    const content = bytes.subarray(0, bytesRead);
    if (content.includes(0)) return 'not-text';
    return { text: content.toString(), byteCount: bytesRead, changedMillis: stats.mtimeMs };
  } catch {
    return 'missing';
  } finally {
    await file?.close().catch(() => {});
  }
}

function refusalOf(stats: Stats, maxBytes: number): FileRefusal | undefined {
  if (!stats.isFile()) return 'not-text';
  return stats.size > maxBytes ? 'too-long' : undefined;
}

/** The absolute paths of this machine that a name can mean. */
function pathsOf(name: string, { pathMap, sourceRoots }: SourceSettings): string[] {
  const path = pathOfName(name);
  if (path === undefined || path.includes('\0')) return [];
  for (const { from, to } of pathMap) {
    const rest = path.slice(from.length);
    const isInFolder = path.startsWith(from) && (/[\\/]$/.test(from) || /^[\\/]/.test(rest));
    if (isInFolder) return [join(to, rest.replace(/\\/g, '/'))];
  }
  if (isAbsolute(path)) return [normalize(path)];
  return sourceRoots.map((root) => resolve(root, path));
}

function pathOfName(name: string): string | undefined {
  if (name.startsWith('file:')) {
    try {
      return fileURLToPath(name);
    } catch {
      return undefined;
    }
  }
  const bundled = /^webpack(?:-internal)?:\/\/[^/]*\/(.+)$/.exec(name);
  if (bundled !== null) return `./${(bundled[1] as string).replace(/\?.*$/, '')}`;
  // An address of another scheme, or a module of Node. One letter is a drive of Windows.
  return /^[a-z][a-z0-9+.-]+:/i.test(name) ? undefined : name;
}
