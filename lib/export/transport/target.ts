import { validateHeaderName, validateHeaderValue } from 'node:http';
import { TracingConfigError } from '../../errors.js';
import { checkOption } from '../../option-checks.js';

/** Where a server listens. */
export interface Target {
  /** The URL of requests; for a socket file its host is `localhost`, as other clients have it. */
  readonly url: URL;
  /** The file of a Unix domain socket; undefined for a host and a port. */
  readonly socketPath: string | undefined;
}

/** The longest path that the operating systems have room for: 108 bytes in Linux, 104 in others, with a final zero. */
const MAX_SOCKET_PATH_BYTES = process.platform === 'linux' ? 107 : 103;

/**
 * The server that spans are sent to: a URL of `http:` or `https:`, or the path of a socket file, as
 * `unix:///run/collector.sock`. The path of requests may follow it after a colon:
 * `unix:///run/collector.sock:/v1/traces`.
 *
 * @param option the option with its owner: `OtlpSpanExporter.url`
 * @param defaultPath the path of requests to a socket file that names none; undefined where requests have no path
 * @throws TracingConfigError for another value
 */
export function checkTarget(option: string, value: string, defaultPath?: string): Target {
  if (typeof value === 'string' && /^unix:/i.test(value)) {
    return checkSocket(option, value, defaultPath);
  }
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  checkOption(
    url !== undefined && /^https?:$/.test(url.protocol),
    option,
    'must be a URL that begins with http://, https:// or unix:///',
    typeof value === 'string' ? withoutCredentials(value) : value,
    'Give it in full, such as "http://localhost:4318/v1/traces".',
  );
  return { url: url as URL, socketPath: undefined };
}

/** @returns the endpoint of one signal below a base; of a socket file, the path of requests follows a colon */
export function appendPath(base: string, path: string): string {
  const bare = base.replace(/\/$/, '');
  const isBareSocket = /^unix:/i.test(bare) && !bare.slice('unix:'.length).includes(':');
  return isBareSocket ? `${bare}:${path}` : bare + path;
}

/** Whether an environment variable may name this endpoint. */
export function isTarget(value: string): boolean {
  try {
    checkTarget('', value);
    return true;
  } catch {
    return false;
  }
}

function checkSocket(option: string, value: string, defaultPath: string | undefined): Target {
  const [file = '', ...rest] = value.replace(/^unix:(\/\/(?=\/))?/i, '').split(':');
  const socketPath = decode(file);
  const path = rest.length === 0 ? (defaultPath ?? '/') : rest.join(':');
  const bytes = Buffer.byteLength(socketPath ?? '');
  checkOption(
    socketPath !== undefined &&
      /^\/[^/]/.test(socketPath) &&
      !socketPath.includes('\0') &&
      bytes <= MAX_SOCKET_PATH_BYTES &&
      path.startsWith('/'),
    option,
    `must name a socket file by its absolute path, of at most ${MAX_SOCKET_PATH_BYTES} bytes`,
    value,
    'Write it such as "unix:///run/collector.sock"; the path of requests may follow: "unix:///run/collector.sock:/v1/traces".',
  );
  return { url: new URL(path, 'http://localhost'), socketPath };
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** Of what cannot be parsed. */
function withoutCredentials(text: string): string {
  return text.replace(/\/\/[^/]*@/, '//***@');
}

/** A target for the log, as {@link redactUrl}. */
export function shownTarget({ url, socketPath }: Target): string {
  if (socketPath === undefined) return redactUrl(url);
  return `unix://${socketPath}:${redactUrl(url).slice('http://localhost'.length)}`;
}

/** A URL for the log: without its password, and without its query, which may hold a secret. */
export function redactUrl(url: URL): string {
  const credentials = url.username === '' && url.password === '' ? '' : '***@';
  const query = url.search === '' ? '' : '?***';
  return `${url.protocol}//${credentials}${url.host}${url.pathname}${query}`;
}

/** Headers that describe the body; the sender sets them itself. */
const RESERVED_HEADERS = new Set([
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'transfer-encoding',
]);

/**
 * The given headers with lower-case names.
 *
 * @throws TracingConfigError for names and values that HTTP does not allow, and for names that the
 *   sender sets itself. The value is not in the message: it may be a secret.
 */
export function checkHeaders(
  option: string,
  headers: Readonly<Record<string, string>> = {},
): Record<string, string> {
  checkOption(
    typeof headers === 'object' && headers !== null && !Array.isArray(headers),
    option,
    'must be an object of names and values',
    headers,
    'Write it such as { "api-key": "…" }.',
  );
  const checked: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    const lowerCaseName = name.toLowerCase();
    checkOption(
      !RESERVED_HEADERS.has(lowerCaseName),
      option,
      'must not hold headers that describe the body',
      name,
      'Leave it out: the exporter sets it.',
    );
    try {
      validateHeaderName(name);
      validateHeaderValue(name, value);
    } catch {
      throw TracingConfigError.invalidOption(
        `${option}['${name}']`,
        'must have a name and a value that HTTP allows',
        typeof value === 'string' ? `a text of ${value.length} characters` : value,
        'Look for line breaks and letters outside Latin-1.',
      );
    }
    checked[lowerCaseName] = String(value);
  }
  return checked;
}
