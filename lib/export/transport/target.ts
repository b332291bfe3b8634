import { validateHeaderName, validateHeaderValue } from 'node:http';
import { TracingConfigError } from '../../errors.js';
import { checkOption } from '../../option-checks.js';

/**
 * The URL that spans are sent to.
 *
 * @param option the option with its owner: `OtlpSpanExporter.url`
 * @throws TracingConfigError for a value that is not a URL of `http:` or `https:`
 */
export function checkUrl(option: string, value: string): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  checkOption(
    url !== undefined && /^https?:$/.test(url.protocol),
    option,
    'must be a URL that begins with http:// or https://',
    value,
    'Give it in full, such as "http://localhost:4318/v1/traces".',
  );
  return url as URL;
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
