import { describe, expect, it } from '@jest/globals';
import {
  handledFailures,
  retriedCalls,
  timeouts,
} from '../../../../../lib/viewer/analysis/findings/retries.js';
import { foundBy, textsBy } from '../../../../support/findings-of-lines.js';

describe('retriedCalls', () => {
  it('finds a call that failed and was made again', () => {
    const text = 'A 0-9\n  R [client failed] 1-2\n  R [client failed] 3-5\n  R [client] 6-7';
    expect(foundBy(retriedCalls, text, { R: { statusMessage: 'busy' } })).toMatchObject([
      {
        kind: 'retried',
        text: 'R in app was tried 3 times and succeeded in the end: busy',
        rows: [1, 2, 3],
        pathNanos: 3e6,
      },
    ]);
  });

  it('counts no call after the one that succeeded', () => {
    const text = 'A 0-9\n  R [client failed] 1-2\n  R [client] 3-4\n  R [client] 5-6';
    expect(textsBy(retriedCalls, text)).toEqual([
      'R in app was tried 2 times and succeeded in the end',
    ]);
  });

  it('says when no try succeeded', () => {
    expect(
      textsBy(retriedCalls, 'A 0-9\n  R [client failed] 1-2\n  R [client failed] 3-4'),
    ).toEqual(['R in app was tried 2 times and failed each time']);
  });

  it.each([
    ['a call after one that succeeded', 'A 0-9\n  R [client] 1-2\n  R [client failed] 3-4'],
    ['calls at once', 'A 0-9\n  R [client failed] 1-4\n  R [client] 2-4'],
    ['one failure', 'A 0-9\n  R [client failed] 1-4\n  S [client] 5-6'],
    ['other parents', 'A 0-9\n  B 1-2\n    R [client failed] 1-2\n  C 3-4\n    R [client] 3-4'],
    ['work that is no call', 'A 0-9\n  R [failed] 1-2\n  R 3-4'],
  ])('leaves out %s', (_case, text) => expect(textsBy(retriedCalls, text)).toEqual([]));

  it('leaves out the same call with another value', () => {
    const url = (path: string) => ({
      attributes: { 'http.request.method': 'GET', 'url.full': `http://a/${path}` },
    });
    const text = 'A 0-9\n  one [client failed] 1-2\n  two [client] 3-4';
    expect(textsBy(retriedCalls, text, { one: url('1'), two: url('2') })).toEqual([]);
    expect(textsBy(retriedCalls, text, { one: url('1'), two: url('1') })).toHaveLength(1);
  });
});

describe('timeouts', () => {
  it.each([
    ['a status of gRPC', { 'rpc.grpc.status_code': 4 }],
    ['a status of HTTP', { 'http.response.status_code': 504 }],
    ['a type of error', { 'error.type': 'TimeoutError' }],
    ['a code of Node', { 'error.type': 'ETIMEDOUT' }],
    ['a code of PostgreSQL', { 'db.response.status_code': '57014' }],
  ])('finds %s', (_case, attributes) => {
    expect(
      textsBy(timeouts, 'A 0-9\n  R [client failed] 1-3', { R: { attributes } as never }),
    ).toEqual(['R in app timed out after 2.0 ms']);
  });

  it('names only where it began, and counts', () => {
    const error = { statusMessage: 'The deadline was exceeded' };
    const text = 'A [failed] 0-9\n  R [client failed] 1-3\n  R [client failed] 3-8';
    expect(foundBy(timeouts, text, { A: error, R: error })).toMatchObject([
      { text: 'R in app timed out 2 times after 5.0 ms', rows: [1, 2], pathNanos: 7e6 },
    ]);
  });

  it('leaves out spans that only speak of timeouts', () => {
    expect(textsBy(timeouts, 'A 0-9', { A: { statusMessage: 'timeout set' } })).toEqual([]);
    expect(textsBy(timeouts, 'A [failed] 0-9', { A: { statusMessage: 'no' } })).toEqual([]);
  });
});

describe('handledFailures', () => {
  it('says it as the headline does', () => {
    expect(
      foundBy(handledFailures, 'A 0-9\n  R [failed] 1-2', { R: { statusMessage: 'no' } }),
    ).toMatchObject([{ kind: 'handled', text: '1 failure was handled, in app, R: no', rows: [1] }]);
    expect(textsBy(handledFailures, 'A [failed] 0-9')).toEqual([]);
  });
});
