import { describe, expect, it } from '@jest/globals';
import { redactUrl } from '../../../../lib/export/transport/redact-url.js';

describe('redactUrl', () => {
  it.each([
    ['http://localhost:4318/v1/traces', 'http://localhost:4318/v1/traces'],
    ['https://user:secret@host/a', 'https://***@host/a'],
    ['https://token@host/a', 'https://***@host/a'],
    ['https://host/a?key=secret', 'https://host/a?***'],
    ['https://host', 'https://host/'],
    ['http://[::1]:4318/a#secret', 'http://[::1]:4318/a'],
  ])('makes of %s %s', (url, shown) => {
    expect(redactUrl(new URL(url))).toBe(shown);
  });
});
