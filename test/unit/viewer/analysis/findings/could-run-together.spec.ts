import { describe, expect, it } from '@jest/globals';
import { couldRunTogether } from '../../../../../lib/viewer/analysis/findings/could-run-together.js';
import { foundBy, textsBy } from '../../../../support/findings-of-lines.js';

const THREE = 'GET 0-10\n  SELECT a [client] 0-2\n  SELECT b [client] 2-5\n  GET c [client] 5-9';

describe('couldRunTogether', () => {
  it('finds different calls one after another, and what it costs', () => {
    expect(foundBy(couldRunTogether, THREE)).toMatchObject([
      {
        kind: 'could-run-together',
        text: '3 calls below GET in app run one after another: SELECT a, SELECT b, GET c. If they do not need each other, running them together saves at most 5.0 ms',
        rows: [1, 2, 3],
        pathNanos: 5e6,
      },
    ]);
  });

  it('lists three of many', () => {
    const [text] = textsBy(
      couldRunTogether,
      `${THREE}\n  GET d [client] 9-9.5\n  GET e [client] 9.5-10`,
    );
    expect(text).toContain(': SELECT a, SELECT b, GET c and more. If');
  });

  it('takes RPC of any method', () => {
    const rpc = { attributes: { 'rpc.method': 'shop.Stock/Reserve' } };
    const text = 'GET 0-10\n  SELECT a [client] 0-2\n  SELECT b [client] 2-5\n  R [client] 5-9';
    expect(textsBy(couldRunTogether, text, { R: rpc })).toHaveLength(1);
    expect(textsBy(couldRunTogether, text)).toEqual([]);
  });

  it.each([
    ['two calls', 'GET 0-9\n  SELECT a [client] 0-4\n  SELECT b [client] 4-9'],
    [
      'equal calls',
      'GET 0-9\n  SELECT a [client] 0-3\n  SELECT a [client] 3-6\n  SELECT a [client] 6-9',
    ],
    [
      'calls at once',
      'GET 0-9\n  SELECT a [client] 0-8\n  SELECT b [client] 0-8\n  SELECT c [client] 0-9',
    ],
    ['a transaction', `GET 0-9\n  BEGIN [client] 0-1\n${THREE.split('\n').slice(1).join('\n')}`],
    ['writes', THREE.replaceAll('SELECT', 'INSERT')],
    ['short calls', THREE.replace('0-10', '0-100')],
    [
      'calls that nobody waited for',
      'A [producer] 0-1\n' +
        THREE.replaceAll(/^/gm, '  ').replace('GET 0-10', 'GET [consumer] @b 0-10'),
    ],
  ])('leaves out %s', (_case, text) => expect(textsBy(couldRunTogether, text)).toEqual([]));
});
