import { checkOption } from '../../option-checks.js';

/**
 * @returns the endpoint as a new URL
 * @throws TracingConfigError unless `value` is a URL of `http:` or `https:`
 */
export function checkEndpoint(option: string, value: unknown): URL {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  checkOption(
    url !== undefined && /^https?:$/.test(url.protocol),
    option,
    'must be a URL that begins with http:// or https://',
    value,
    'Write the URL of the server that decides about sampling, such as http://localhost:5778.',
  );
  return url;
}
