import { pathToFileURL } from 'node:url';
import { originalPlaceOf } from './mappings.js';
import type { SourceFile } from './source-files.js';

/** A source map, as far as it is used. */
export interface SourceMap {
  readonly mappings: string;
  readonly sources: readonly string[];
  readonly contents: readonly (string | undefined)[];
}

/** Where code comes from, as its source map says; nothing of it is checked. */
export interface MappedPlace {
  /** A URL, or a path. */
  readonly source: string;
  /** The source's text, where the map has it. */
  readonly content: string | undefined;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

const GENERATED = /\.[cm]?jsx?$/;
const COMMENT = '# sourceMappingURL=';
const DATA_URL = /^data:application\/json(?:;charset=[\w-]+)?(;base64)?,/i;

/** Whether a file can be generated code, by its name. */
export function isGeneratedCode({ path }: SourceFile): boolean {
  return GENERATED.test(path);
}

/**
 * Reads the source map of a file of generated code: from its comment, or from the file that it names.
 *
 * @param text the code
 * @param readFile reads the file with a URL; undefined if it may not be read
 * @returns undefined if there is none that can be read
 */
export async function readSourceMap(
  { path }: SourceFile,
  text: string,
  readFile: (url: string) => Promise<string | undefined>,
): Promise<SourceMap | undefined> {
  const address = mappingAddress(text);
  if (address === undefined) return undefined;
  const { href } = pathToFileURL(path);
  const data = DATA_URL.exec(address);
  if (data !== null) {
    const content = address.slice(data[0].length);
    const isBase64 = data[1] !== undefined;
    return parseMap(isBase64 ? Buffer.from(content, 'base64').toString() : decoded(content), href);
  }
  if (!URL.canParse(address, href)) return undefined;
  const url = new URL(address, href).href;
  const json = url.startsWith('file:') ? await readFile(url) : undefined;
  return json === undefined ? undefined : parseMap(json, url);
}

/**
 * @param line from 1
 * @param column from 1; undefined for the first mapping of the line
 */
export function placeInSource(
  { mappings, sources, contents }: SourceMap,
  line: number,
  column: number | undefined,
): MappedPlace | undefined {
  const found = originalPlaceOf(mappings, line - 1, column && column - 1);
  const source = found && sources[found.source];
  if (found === undefined || source === undefined) return undefined;
  return {
    source,
    content: contents[found.source],
    line: found.line + 1,
    column: found.column + 1,
  };
}

/** The address in the last comment of the code that names a source map. */
function mappingAddress(text: string): string | undefined {
  const start = text.lastIndexOf(COMMENT);
  if (start < 2 || !text.startsWith('//', start - 2)) return undefined;
  const rest = text.slice(start + COMMENT.length);
  const end = rest.search(/[\s'"]/);
  return end === -1 ? rest : rest.slice(0, end);
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return '';
  }
}

/** @param address the address from which the sources count */
function parseMap(json: string, address: string): SourceMap | undefined {
  let map: unknown;
  try {
    // The line that some servers put before JSON.
    map = JSON.parse(json.replace(/^\)\]\}'[^\n]*/, ''));
  } catch {
    return undefined;
  }
  if (typeof map !== 'object' || map === null) return undefined;
  const { mappings, sources, sourcesContent, sourceRoot } = map as Record<string, unknown>;
  if (typeof mappings !== 'string' || !Array.isArray(sources)) return undefined;
  const folder = typeof sourceRoot === 'string' ? sourceRoot.replace(/([^/])$/, '$1/') : '';
  const contents = Array.isArray(sourcesContent) ? sourcesContent : [];
  return {
    mappings,
    sources: sources.map((source) => absoluteSource(folder, String(source), address)),
    contents: sources.map((_, index) =>
      typeof contents[index] === 'string' ? contents[index] : undefined,
    ),
  };
}

/** A source of a map as a URL. It stays as it is if it is an address already, or a path of Windows. */
function absoluteSource(folder: string, source: string, address: string): string {
  if (URL.canParse(source)) return source;
  const path = source.startsWith('/') ? source : folder + source;
  return URL.canParse(path, address) ? new URL(path, address).href : source;
}
