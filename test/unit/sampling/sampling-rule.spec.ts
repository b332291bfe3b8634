import { describe, expect, it } from '@jest/globals';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import { AlwaysOnSampler } from '../../../lib/sampling/index.js';
import { compileRule, type SamplingRule } from '../../../lib/sampling/sampling-rule.js';

type Conditions = Omit<SamplingRule, 'sampler'>;
type Question = [name: string, kind?: SpanKind, attributes?: Attributes];

const sampler = new AlwaysOnSampler();
const { INTERNAL, SERVER, CLIENT, CONSUMER } = SpanKind;

function fits(conditions: Conditions, question: Question): boolean {
  const [name, kind = INTERNAL, attributes = {}] = question;
  return compileRule('rule', { ...conditions, sampler })(name, kind, attributes);
}

describe('a sampling rule', () => {
  it.each<[Conditions, Question, boolean]>([
    [{}, ['GET /a'], true],
    [{ spanName: 'GET /a' }, ['GET /a'], true],
    [{ spanName: 'GET /a' }, ['GET /ab'], false],
    [{ spanName: /^GET / }, ['GET /a'], true],
    [{ spanName: /^GET / }, ['POST /a'], false],
    [{ spanName: (name) => name.length < 3 }, ['ab'], true],
    [{ spanName: (name) => name.length < 3 }, ['abc'], false],
    [{ spanKind: SERVER }, ['a', SERVER], true],
    [{ spanKind: SERVER }, ['a', CLIENT], false],
    [{ spanKind: INTERNAL }, ['a', INTERNAL], true],
    [{ spanKind: [SERVER, CONSUMER] }, ['a', CONSUMER], true],
    [{ spanKind: [] }, ['a', CONSUMER], false],
    [{ attributes: { a: 1 } }, ['a', INTERNAL, { a: 1 }], true],
    [{ attributes: { a: 1 } }, ['a', INTERNAL, { a: '1' }], false],
    [{ attributes: { a: 1 } }, ['a', INTERNAL, {}], false],
    [{ attributes: { a: true, b: 'x' } }, ['a', INTERNAL, { a: true, b: 'x', c: 1 }], true],
    [{ attributes: { a: true, b: 'x' } }, ['a', INTERNAL, { a: true }], false],
    [{ attributes: { a: /^x/ } }, ['a', INTERNAL, { a: 'xy' }], true],
    [{ attributes: { a: /1/ } }, ['a', INTERNAL, { a: 1 }], false],
    [{ attributes: { a: ['x', 'y'] } }, ['a', INTERNAL, { a: ['x', 'y'] }], true],
    [{ attributes: { a: ['x', 'y'] } }, ['a', INTERNAL, { a: ['x'] }], false],
    [{ attributes: { a: ['x'] } }, ['a', INTERNAL, { a: 'x' }], false],
    [{ attributes: { a: (value) => value === undefined } }, ['a', INTERNAL, {}], true],
    [{ attributes: { a: (value) => Number(value) > 3 } }, ['a', INTERNAL, { a: 4 }], true],
    [{ spanName: 'a', spanKind: SERVER, attributes: { a: 1 } }, ['a', SERVER, { a: 1 }], true],
    [{ spanName: 'a', spanKind: SERVER, attributes: { a: 1 } }, ['a', CLIENT, { a: 1 }], false],
    [{ spanName: 'a', spanKind: SERVER, attributes: { a: 1 } }, ['b', SERVER, { a: 1 }], false],
  ])('%p, asked about %j, fits: %s', (conditions, question, expected) => {
    expect(fits(conditions, question)).toBe(expected);
  });

  it('fits every time, also with an expression that remembers where it stopped', () => {
    const pattern = /a/gy;
    const rule = compileRule('rule', { spanName: pattern, sampler });
    expect([1, 2, 3].map(() => rule('abc', INTERNAL, {}))).toEqual([true, true, true]);
    expect(pattern.lastIndex).toBe(0);
  });
});
