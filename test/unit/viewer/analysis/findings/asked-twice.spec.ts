import { describe, expect, it } from '@jest/globals';
import { askedTwice } from '../../../../../lib/viewer/analysis/findings/asked-twice.js';
import type { AnyAttributes } from '../../../../../lib/viewer/analysis/span-record.js';
import { foundBy, textsBy } from '../../../../support/findings-of-lines.js';

function asked(attributes: AnyAttributes, text = 'GET 0-9\n  Q [client] 1-2\n  Q [client] 3-4') {
  return textsBy(askedTwice, text, { Q: { attributes } });
}

const QUERY = { 'db.query.text': 'SELECT * FROM users WHERE id = $1', 'db.query.parameter.0': '7' };
const REQUEST = { 'http.request.method': 'GET', 'url.full': 'http://users/7' };

describe('askedTwice', () => {
  it('finds equal queries and equal requests', () => {
    expect(asked(QUERY)).toEqual(['Q in app was asked twice, with the same text and parameters']);
    expect(asked(REQUEST)).toEqual(['Q in app was asked twice, of the same URL']);
    expect(asked({ 'db.query.text': 'SELECT * FROM settings' })).toHaveLength(1);
  });

  it('finds them at different places of one service, not in several', () => {
    expect(
      asked(REQUEST, 'A 0-9\n  Q [client] 1-2\n  B 3-5\n    Q [client] 3-4\n  Q [client] 6-7'),
    ).toEqual(['Q in app was asked 3 times, of the same URL']);
    expect(asked(REQUEST, 'A 0-9\n  Q [client] 1-2\n  Q [client] @b 3-4')).toEqual([]);
  });

  it.each<[string, AnyAttributes]>([
    ['writes', { ...QUERY, 'db.query.text': 'INSERT INTO a VALUES ($1)' }],
    ['parameters that are not shown', { 'db.query.text': 'SELECT * FROM users WHERE id = ?' }],
    ['requests that change something', { ...REQUEST, 'http.request.method': 'POST' }],
    ['values that are redacted', { ...REQUEST, 'url.full': 'http://users/7?sig=REDACTED' }],
    ['folded queries', { ...QUERY, 'nestjs_traced.db.folded_query.count': 9 }],
    ['calls without a text', { 'http.request.method': 'GET' }],
  ])('leaves out %s', (_case, attributes) => expect(asked(attributes)).toEqual([]));

  it('leaves out calls that failed, which are tries', () => {
    expect(asked(REQUEST, 'A 0-9\n  Q [client failed] 1-2\n  Q [client] 3-4')).toEqual([]);
  });

  it('counts the time of all but the first', () => {
    const text = 'GET 0-9\n  Q [client] 1-2\n  Q [client] 3-5';
    expect(foundBy(askedTwice, text, { Q: { attributes: QUERY } })).toMatchObject([
      { kind: 'asked-twice', rows: [1, 2], pathNanos: 2e6 },
    ]);
  });
});
