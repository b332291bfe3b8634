import { SecretKeys } from '../node_modules/nestjs-traced/inside/secret-keys.js';

/** Semantic conventions 1.45.0, `url.query`: case-sensitive. */
const QUERY_KEYS = [
  'AWSAccessKeyId',
  'Signature',
  'X-Amz-Credential',
  'X-Amz-Security-Token',
  'X-Amz-Signature',
  'X-Goog-Signature',
  'sig',
];
export const REDACTED = 'REDACTED';
const MAX_REMEMBERED = 4096;

// The library decides which words are secret, once for each key; remembering it is the floor's own.
const secretKeys = new SecretKeys();
const isQueryKey = new Set(QUERY_KEYS);
const remembered = new Map();

export function isSecretKey(key) {
  return secretKeys.has(key);
}

/** The query without the values of secret parameters. */
export function redactQuery(query) {
  let redacted = '';
  let copiedTo = 0;
  let start = 0;
  while (start < query.length) {
    const next = query.indexOf('&', start);
    const end = next < 0 ? query.length : next;
    const equals = query.indexOf('=', start);
    if (equals < 0) break;
    if (equals < end && isSecretParameter(query.slice(start, equals))) {
      redacted += query.slice(copiedTo, equals + 1) + REDACTED;
      copiedTo = end;
    }
    start = end + 1;
  }
  return copiedTo === 0 ? query : redacted + query.slice(copiedTo);
}

function isSecretParameter(key) {
  const known = remembered.get(key);
  if (known !== undefined) return known;
  const isSecret = isQueryKey.has(key) || secretKeys.has(decode(key));
  if (remembered.size >= MAX_REMEMBERED) remembered.clear();
  remembered.set(key, isSecret);
  return isSecret;
}

function decode(key) {
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}
