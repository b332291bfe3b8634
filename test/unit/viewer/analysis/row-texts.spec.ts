import { describe, expect, it } from '@jest/globals';
import {
  answerOf,
  codeOf,
  errorOf,
  isFailureAnswer,
  KIND_WORDS,
  lineOf,
  placeOf,
  titleOf,
} from '../../../../lib/viewer/analysis/row-texts.js';
import type { SpanRecord } from '../../../../lib/viewer/analysis/span-record.js';
import { type TraceTree, treeOf } from '../../../../lib/viewer/analysis/trace-tree.js';
import { recordedException } from '../../../support/recorded-exception.js';
import { traceOfLines } from '../../../support/trace-of-lines.js';

function spanWith(extra: Partial<SpanRecord>, kind = 'server'): TraceTree {
  return treeOf(traceOfLines(`A [${kind}] @shop 0-1`, { A: extra }));
}

const orphan = treeOf(traceOfLines('A 0-1', { A: { parentSpanId: '00000000000000ff' } }));

describe('lineOf', () => {
  it('is one line without control characters, of limited length', () => {
    expect(lineOf(' a\n\u001b[31mb\u202e ')).toBe('a [31mb');
    expect(lineOf('x'.repeat(400))).toHaveLength(300);
    expect(lineOf('abcdef', 4)).toBe('abc…');
  });
});

describe('placeOf', () => {
  it('names span and service', () => {
    expect(placeOf(spanWith({}), 0)).toBe('A in shop');
    expect(placeOf(orphan, 1)).toBe('(parent missing)');
  });
});

describe('answerOf', () => {
  it.each([
    [{ 'http.response.status_code': 502 }, '502'],
    [{ 'http.status_code': 404 }, '404'],
    [{ 'rpc.response.status_code': 'UNAVAILABLE' }, 'UNAVAILABLE'],
    [{ 'rpc.status_code': '14' }, 'UNAVAILABLE'],
    [{ 'rpc.grpc.status_code': 5 }, 'NOT_FOUND'],
    [{ 'rpc.grpc.status_code': 99 }, '99'],
    [{}, undefined],
  ])('of %p is %p', (attributes, answer) => {
    expect(answerOf(spanWith({ attributes: attributes as never }), 0)).toBe(answer);
  });
});

describe('isFailureAnswer', () => {
  it.each([
    [{ 'http.response.status_code': 399 }, false],
    [{ 'http.response.status_code': 400 }, true],
    [{ 'rpc.status_code': 'OK' }, false],
    [{ 'rpc.grpc.status_code': 0 }, false],
    [{ 'rpc.status_code': 'ABORTED' }, true],
    [{}, false],
  ])('of %p is %p', (attributes, isFailure) => {
    expect(isFailureAnswer(spanWith({ attributes: attributes as never }), 0)).toBe(isFailure);
  });
});

describe('titleOf', () => {
  it.each([
    ['server', { 'http.response.status_code': 200 }, 'A [server] 200'],
    ['internal', {}, 'A'],
    ['producer', {}, 'A [producer]'],
  ])('of a span of kind %s', (kind, attributes, title) => {
    expect(titleOf(spanWith({ attributes: attributes as never }, kind), 0)).toBe(title);
  });

  it('of a missing parent', () => expect(titleOf(orphan, 1)).toBe('(parent missing)'));

  it('has a word for each kind but internal and unspecified ones', () => {
    expect(Object.values(KIND_WORDS)).toEqual(['server', 'client', 'producer', 'consumer']);
  });
});

describe('errorOf', () => {
  it.each<[string, Partial<SpanRecord>, string | undefined]>([
    ['the exception', recordedException('TypeError', 'no'), 'TypeError: no'],
    ['a message with its type', recordedException('E', 'E: no'), 'E: no'],
    ['the message of the status', { statusMessage: 'no' }, 'no'],
    [
      'the type of the error and the message of the status',
      { statusMessage: 'no', attributes: { 'error.type': 'TypeError' } },
      'TypeError: no',
    ],
    [
      'the message without the status that the type repeats',
      { statusMessage: 'no', attributes: { 'error.type': 'UNAVAILABLE' } },
      'no',
    ],
    ['the type', { attributes: { 'error.type': 'TypeError' } }, 'TypeError'],
    [
      'the answer',
      { attributes: { 'http.response.status_code': 500, 'error.type': '500' } },
      '500',
    ],
    ['a code of the database', { attributes: { 'db.response.status_code': '23505' } }, '23505'],
    ['a type that is a code', { attributes: { 'error.type': 'ECONNREFUSED' } }, 'ECONNREFUSED'],
    ['nothing', { attributes: { 'http.response.status_code': 200 } }, undefined],
  ])('is %s', (_case, extra, error) => expect(errorOf(spanWith(extra), 0)).toBe(error));

  it('is nothing for a missing parent', () => expect(errorOf(orphan, 1)).toBeUndefined());
});

describe('codeOf', () => {
  it('is where the exception was thrown, else where the code is', () => {
    const attributes = { 'code.file.path': '/app/b.ts', 'code.line.number': 7 };
    const thrown = recordedException('E', 'no', 'run (/app/a.ts:3:5)');
    expect(codeOf(spanWith({ attributes, ...thrown }), 0)).toEqual({ file: '/app/a.ts', line: 3 });
    expect(codeOf(spanWith({ attributes }), 0)).toEqual({ file: '/app/b.ts', line: 7 });
    expect(codeOf(spanWith({ attributes: { 'code.file.path': 'b.ts' } }), 0)).toBeUndefined();
    expect(codeOf(orphan, 1)).toBeUndefined();
  });
});
