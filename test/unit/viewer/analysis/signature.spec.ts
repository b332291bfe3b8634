import { describe, expect, it } from '@jest/globals';
import { CallSignatures } from '../../../../lib/viewer/analysis/signature.js';
import type { AnyAttributes } from '../../../../lib/viewer/analysis/span-record.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

/** Whether two calls are equal, and whether they are also with their values. */
function likeness(a: AnyAttributes, b: AnyAttributes): [boolean, boolean] {
  const extras = { a: { name: 'x', attributes: a }, b: { name: 'x', attributes: b } };
  const signatures = new CallSignatures(traceOfLines('a [client] 0-1\nb [client] 0-1', extras));
  return [
    signatures.of(0) === signatures.of(1),
    signatures.identityOf(0) === signatures.identityOf(1),
  ];
}

const query = (text: string): AnyAttributes => ({ 'db.query.text': text });
const get = (url: string): AnyAttributes => ({ 'http.request.method': 'GET', 'url.full': url });

describe('CallSignatures', () => {
  it.each<[string, AnyAttributes, AnyAttributes, [boolean, boolean]]>([
    [
      'texts with other values',
      query("SELECT 'it''s', 1.5"),
      query("SELECT 'x', 2"),
      [true, false],
    ],
    ['texts with more values', query('IN (1, 2, 3)'), query('IN (?)'), [true, false]],
    ['other texts', query('SELECT a'), query('SELECT b'), [false, false]],
    ['equal texts', query('SELECT a'), query('SELECT a'), [true, true]],
    [
      'equal summaries',
      { ...query('SELECT a'), 'db.query.summary': 'SELECT' },
      { ...query('SELECT b'), 'db.query.summary': 'SELECT' },
      [true, false],
    ],
    [
      'other parameters',
      { ...query('a $1'), 'db.query.parameter.0': '1' },
      { ...query('a $1'), 'db.query.parameter.0': '2' },
      [true, false],
    ],
    ['URLs with other ids', get('http://a/users/17?x=1'), get('http://a/users/4'), [true, false]],
    [
      'URLs with other UUIDs',
      get('http://a/0189f7e6-0000-7000-8000-00805f9b34fb/b'),
      get('http://a/0189f7e6-0000-7000-8000-00805f9b34fc/b'),
      [true, false],
    ],
    ['other URLs', get('http://a/users'), get('http://a/orders'), [false, false]],
    [
      'equal templates',
      { ...get('http://a/b'), 'url.template': '/{x}' },
      { ...get('http://a/c'), 'url.template': '/{x}' },
      [true, false],
    ],
    [
      'other methods',
      get('http://a'),
      { ...get('http://a'), 'http.request.method': 'PUT' },
      [false, false],
    ],
    ['methods of RPC', { 'rpc.method': 'A/b' }, { 'rpc.method': 'A/c' }, [false, false]],
    [
      'destinations',
      { 'messaging.destination.name': 'a' },
      { 'messaging.destination.name': 'b' },
      [false, false],
    ],
    ['nothing but the name', {}, {}, [true, true]],
  ])('compare %s', (_case, a, b, same) => expect(likeness(a, b)).toEqual(same));

  it('tell services apart', () => {
    const signatures = new CallSignatures(traceOfLines('x [client] @a 0-1\nx [client] @b 0-1'));
    expect(signatures.of(0)).not.toBe(signatures.of(1));
  });

  it.each([
    [query('  select * from a'), 'SELECT'],
    [query('(SELECT 1) UNION (SELECT 2)'), 'SELECT'],
    [{ 'db.query.summary': 'INSERT a' }, 'INSERT'],
    [get('http://a'), 'GET'],
    [{}, 'FIND'],
  ])('know what a call does: %p', (attributes, verb) => {
    const trace = traceOfLines('find users [client] 0-1', { 'find users': { attributes } });
    expect(new CallSignatures(trace).verbOf(0)).toBe(verb);
  });
});
