import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';
import { TracingConfigError } from '../../errors.js';
import type { EnvironmentVariables } from '../environment-reader.js';
import { hasReference, InvalidReference, resolvePlainScalar, substitute } from './substitution.js';

/** The longest file that is read, in bytes. Files of users have some kilobytes. */
const MAX_FILE_BYTES = 256 * 1024;

/** The members of a node of the package `yaml` that are used here. */
interface YamlScalar {
  value: unknown;
  readonly source?: string;
  readonly type?: string;
  readonly tag?: string;
}

interface YamlMap {
  readonly items: readonly { readonly key: unknown }[];
}

interface YamlError extends Error {
  /** The offsets of its beginning and end. */
  readonly pos: readonly [number, number];
}

/** What is used of the package `yaml`, version 2. */
interface YamlPackage {
  parseDocument(text: string, options: object): YamlDocument;
  visit(
    document: YamlDocument,
    visitor: {
      Scalar(key: unknown, node: YamlScalar): void;
      Map(key: unknown, node: YamlMap): void;
    },
  ): void;
}

interface YamlDocument {
  readonly errors: readonly YamlError[];
  readonly warnings: readonly YamlError[];
  toJS(options: { readonly maxAliasCount: number }): unknown;
}

/**
 * A string of a JSON file in which references were replaced. JSON has no plain scalars, so the place where
 * it stands decides whether it is a text or a number.
 */
export class SubstitutedText {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Reads a configuration file, and replaces its references to environment variables. The name decides about
 * the format: `.yaml` and `.yml`, which need the package `yaml` in version 2, and `.json`.
 *
 * @returns objects, arrays, strings, numbers, booleans and null; a {@link SubstitutedText} of JSON
 * @throws TracingConfigError for a file that cannot be read or parsed
 */
export function readConfigurationTree(file: string, variables: EnvironmentVariables): unknown {
  const extension = extname(file).toLowerCase();
  const isJson = extension === '.json';
  if (!isJson && extension !== '.yaml' && extension !== '.yml') {
    throw invalid(
      file,
      'must have a name that ends with .yaml, .yml or .json',
      JSON.stringify(extension),
      'Rename the file, and correct OTEL_CONFIG_FILE.',
    );
  }
  const text = readText(file);
  return isJson ? parseJson(file, text, variables) : parseYaml(file, text, variables);
}

function readText(file: string): string {
  const { readFileSync, statSync } = process.getBuiltinModule('node:fs');
  let text: string;
  let length = 0;
  try {
    const stats = statSync(file);
    // A pipe or a device could have no end.
    if (!stats.isFile()) throw Object.assign(new Error(), { code: 'it is not a regular file' });
    length = stats.size;
    text = length > MAX_FILE_BYTES ? '' : readFileSync(file, 'utf8').replace(/^\uFEFF/, '');
  } catch (error) {
    throw invalid(
      file,
      'must be a file that can be read',
      `not readable (${(error as NodeJS.ErrnoException).code ?? 'an error'})`,
      'Correct OTEL_CONFIG_FILE or the permissions of the file, or unset the variable. A relative path begins at the working directory.',
    );
  }
  if (length <= MAX_FILE_BYTES) return text;
  throw invalid(
    file,
    `must have at most ${MAX_FILE_BYTES} bytes`,
    `${length} bytes long`,
    'Check that OTEL_CONFIG_FILE names the configuration of OpenTelemetry.',
  );
}

function parseJson(file: string, text: string, variables: EnvironmentVariables): unknown {
  try {
    const tree = JSON.parse(text, (_, value: unknown) => {
      if (typeof value !== 'string') return value;
      const replaced = substitute(value, variables);
      return hasReference(value) ? new SubstitutedText(replaced) : replaced;
    });
    const duplicate = findDuplicateKey(text);
    if (duplicate === undefined) return tree;
    throw duplicateKey(duplicate);
  } catch (error) {
    throw unparsable(file, 'JSON', error);
  }
}

/** The first key that an object of a valid JSON text has twice; `JSON.parse` keeps the last one. */
function findDuplicateKey(text: string): string | undefined {
  const objects: (Set<string> | undefined)[] = [];
  let string: string | undefined;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[{}[\]:]/g)) {
    if (token === '{') objects.push(new Set());
    else if (token === '[') objects.push(undefined);
    else if (token === '}' || token === ']') objects.pop();
    else if (token !== ':') string = token;
    else {
      const keys = objects.at(-1);
      const key = JSON.parse(string ?? '""') as string;
      if (keys?.has(key)) return key;
      keys?.add(key);
    }
  }
  return undefined;
}

/**
 * Without what takes the package minutes for a long file: it compares each key with all others, and shows the
 * line of each error.
 */
const YAML_OPTIONS = {
  version: '1.2',
  schema: 'core',
  logLevel: 'error',
  uniqueKeys: false,
  prettyErrors: false,
};

function parseYaml(file: string, text: string, variables: EnvironmentVariables): unknown {
  const { parseDocument, visit } = loadYaml(file);
  try {
    const document = parseDocument(text, YAML_OPTIONS);
    // A warning tells of a tag that has no meaning here.
    const [trouble] = [...document.errors, ...document.warnings];
    if (trouble !== undefined) throw new Error(`${trouble.message}, ${positionOf(trouble, text)}`);
    visit(document, {
      Scalar(key, node) {
        if (key !== 'key') replaceReferences(node, variables);
      },
      Map(_, { items }) {
        checkKeys(items);
      },
    });
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    throw unparsable(file, 'YAML 1.2', error);
  }
}

function positionOf({ pos: [offset] }: YamlError, text: string): string {
  const before = text.slice(0, offset).split('\n');
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}

function checkKeys(items: YamlMap['items']): void {
  const keys = new Set<unknown>();
  for (const { key } of items) {
    const name = (key as Partial<YamlScalar> | null)?.value;
    if (typeof name !== 'string') throw new Error('a key of an object is not a string');
    if (keys.has(name)) throw duplicateKey(name);
    keys.add(name);
  }
}

function duplicateKey(key: string): Error {
  return new Error(`the key ${JSON.stringify(key)} occurs twice in one object`);
}

/** The type of a plain scalar is that of its value after the replacement, so that `${PORT}` can be a number. */
function replaceReferences(node: YamlScalar, variables: EnvironmentVariables): void {
  const { type, tag } = node;
  const isPlain = type === 'PLAIN' && tag === undefined;
  const text = isPlain ? node.source : node.value;
  if (typeof text !== 'string' || !text.includes('$')) return;
  const replaced = substitute(text, variables);
  node.value = isPlain ? resolvePlainScalar(replaced) : replaced;
}

/** Loads the package as the application would: from the program's folder, else from the working directory. */
function loadYaml(file: string): YamlPackage {
  const [, program] = process.argv;
  const folders = [...(program === undefined ? [] : [dirname(program)]), process.cwd()];
  const paths = folders.flatMap((folder) => {
    try {
      return [createRequire(join(folder, 'index.js')).resolve('yaml')];
    } catch {
      return [];
    }
  });
  const [path] = paths;
  const yaml = path === undefined ? undefined : (createRequire(path)(path) as Partial<YamlPackage>);
  if (yaml?.parseDocument !== undefined && yaml.visit !== undefined) return yaml as YamlPackage;
  throw invalid(
    file,
    'needs the package yaml, version 2, because it is written in YAML',
    path === undefined ? 'not installed' : `another package: ${JSON.stringify(path)}`,
    'Run "npm install yaml", or write the configuration in JSON to a file whose name ends with .json.',
  );
}

function unparsable(file: string, format: string, error: unknown): TracingConfigError {
  const { message } = error as Error;
  if (error instanceof InvalidReference) {
    return invalid(
      file,
      `must refer to environment variables as \${NAME}, \${env:NAME} or \${NAME:-default}`,
      `not so: ${message}`,
      'Correct the reference, or write $$ for a dollar sign.',
    );
  }
  // What the parsers quote is a part of the file, which can hold a secret.
  const cause = message.replace(/[:,] (\.\.\.)?".*"/s, '').slice(0, 300);
  return invalid(file, `must be valid ${format}`, `not: ${cause}`, 'Correct the file.');
}

function invalid(
  file: string,
  mustHold: string,
  received: string,
  remedy: string,
): TracingConfigError {
  return TracingConfigError.invalidConfigurationFile(file, '', mustHold, received, remedy);
}
