import { describe, expect, it } from '@jest/globals';
import { isTooLong, troubleOf } from '../../../../lib/export/otlp-grpc/grpc-trouble.js';

const RESOURCE_EXHAUSTED = 8;
const UNAVAILABLE = 14;
const BODY_BYTES = 5_000_000;

function failure(code: number, details: string) {
  return Object.assign(new Error(`${code} NAME: ${details}`), { code, details });
}

describe('isTooLong', () => {
  it.each([
    ['Go', RESOURCE_EXHAUSTED, 'grpc: received message larger than max (5000000 vs. 4194304)'],
    [
      'Go, after decompression',
      RESOURCE_EXHAUSTED,
      'grpc: received message after decompression larger than max (5000000 vs. 4194304)',
    ],
    ['Node', RESOURCE_EXHAUSTED, 'Received message larger than max (5000000 vs 4194304)'],
    ['C++', RESOURCE_EXHAUSTED, 'SERVER: Received message larger than max (5000000 vs. 4194304)'],
    ['Java', RESOURCE_EXHAUSTED, 'gRPC message exceeds maximum size 4194304: 5000000'],
    ['.NET', RESOURCE_EXHAUSTED, 'Received message exceeds the maximum configured message size.'],
    ['a proxy', 2, 'Received HTTP status code 413'],
  ])('knows what %s says', (_, code, details) => {
    expect(isTooLong(failure(code, details), BODY_BYTES)).toBe(true);
  });

  it.each([
    ['an exhausted quota', RESOURCE_EXHAUSTED, 'quota exceeded'],
    ['another code', 3, 'message larger than max (5000000 vs. 4194304)'],
    ['another status of HTTP', 2, 'Received HTTP status code 500'],
    ['no text', RESOURCE_EXHAUSTED, ''],
    [
      'a response that is a web page',
      RESOURCE_EXHAUSTED,
      'Received message larger than max (1752460652 vs 4194304)',
    ],
  ])('is false for %s', (_, code, details) => {
    expect(isTooLong(failure(code, details), BODY_BYTES)).toBe(false);
  });
});

describe('troubleOf', () => {
  const HINT = /the server does not speak gRPC\. Is this its port for HTTP\?$/;

  it.each([
    [
      'a server of HTTP/1.1',
      UNAVAILABLE,
      'No connection established. Last error: Protocol error. Resolution note: ',
    ],
    [
      'a web page by HTTP/2',
      RESOURCE_EXHAUSTED,
      'Received message larger than max (1752460652 vs 4194304)',
    ],
  ])('says what to look at for %s', (_, code, details) => {
    expect(troubleOf(failure(code, details), BODY_BYTES)).toMatch(HINT);
  });

  it('says what to do where there was no connection', () => {
    const message = 'No connection established. Last error: connect ECONNREFUSED 127.0.0.1:1';
    expect(troubleOf(failure(UNAVAILABLE, message), BODY_BYTES)).toMatch(
      /^14 NAME: No connection established\. .*; nothing listens there/,
    );
  });

  it.each([
    [UNAVAILABLE, 'the server is overloaded'],
    [3, 'ECONNREFUSED is what the server says of another one'],
  ])('says nothing more about other troubles: %i %s', (code, details) => {
    expect(troubleOf(failure(code, details), BODY_BYTES)).toBe(`${code} NAME: ${details}`);
  });

  it('is of limited length', () => {
    expect(troubleOf(failure(3, 'x'.repeat(1_000_000)), BODY_BYTES).length).toBeLessThan(600);
  });
});
