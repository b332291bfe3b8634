import { describe, expect, it } from '@jest/globals';
import { repeatedCalls } from '../../../../../lib/viewer/analysis/findings/repeated-call.js';
import { foundBy, inARow, textsBy } from '../../../../support/findings-of-lines.js';

const FOLDED = { attributes: { 'nestjs_traced.db.folded_query.count': 118 } };

describe('repeatedCalls', () => {
  it('finds five equal calls one after another', () => {
    expect(textsBy(repeatedCalls, `GET 0-10\n${inARow(5, '  ', 'SELECT items')}`)).toEqual([
      '5 × SELECT items in app, one after another below GET in app: 5.0 of 10.0 ms',
    ]);
    expect(textsBy(repeatedCalls, `GET 0-10\n${inARow(4, '  ', 'SELECT items')}`)).toEqual([]);
  });

  it('finds calls that each have a span of their own above them', () => {
    const calls = Array.from(
      { length: 6 },
      (_, i) => `  load ${i}-${i + 1}\n    SELECT [client] ${i}-${i + 1}`,
    );
    expect(textsBy(repeatedCalls, `GET 0-10\n${calls.join('\n')}`)).toEqual([
      '6 × SELECT in app, one after another below GET in app: 6.0 of 10.0 ms',
    ]);
  });

  it('does not mix calls below spans of different names', () => {
    const calls = Array.from(
      { length: 6 },
      (_, i) => `  load${i} ${i}-${i + 1}\n    SELECT [client] ${i}-${i + 1}`,
    );
    expect(textsBy(repeatedCalls, `GET 0-10\n${calls.join('\n')}`)).toEqual([]);
  });

  it('leaves out calls at once, and spans that are no calls', () => {
    const atOnce = Array.from({ length: 9 }, () => '  SELECT [client] 1-2').join('\n');
    expect(textsBy(repeatedCalls, `GET 0-10\n${atOnce}`)).toEqual([]);
    expect(
      textsBy(repeatedCalls, `GET 0-10\n${inARow(9, '  ', 'work').replaceAll(' [client]', '')}`),
    ).toEqual([]);
  });

  it('counts the queries that share a span', () => {
    expect(textsBy(repeatedCalls, 'GET 0-10\n  SELECT [client] 0-8', { SELECT: FOLDED })).toEqual([
      '118 × SELECT in app, one after another below GET in app: 8.0 of 10.0 ms',
    ]);
  });

  it('tells queries apart that differ in more than values', () => {
    const query = (text: string) => ({ attributes: { 'db.query.text': text } });
    const names = ['a', 'b', 'c', 'd', 'e'];
    const lines = names.map((name, i) => `  ${name} [client] ${i}-${i + 1}`).join('\n');
    const extras = (text: (name: string) => string) =>
      Object.fromEntries(names.map((name) => [name, query(text(name))]));
    const text = `GET 0-10\n${lines}`;
    expect(
      textsBy(
        repeatedCalls,
        text,
        extras((name) => `SELECT '${name}'`),
      ),
    ).toHaveLength(1);
    expect(
      textsBy(
        repeatedCalls,
        text,
        extras((name) => `SELECT ${name}`),
      ),
    ).toEqual([]);
  });

  it('is one finding for a handler that ran twice', () => {
    const handler = `  H 0-6\n${inARow(5, '    ', 'SELECT')}`;
    const [finding, ...others] = foundBy(repeatedCalls, `GET 0-10\n${handler}\n${handler}`);
    expect(finding?.text).toContain(
      '10 × SELECT in app, one after another below 2 calls of H in app',
    );
    expect(others).toEqual([]);
    expect(finding?.rows).toHaveLength(10);
  });

  it('has no time for calls that nobody waited for', () => {
    const detached = `  detached 0-30\n${inARow(5, '    ', 'SELECT', 11)}`;
    const [finding] = foundBy(repeatedCalls, `GET 0-10\n${detached}`);
    expect(finding).toMatchObject({ kind: 'repeated-call', pathNanos: 0 });
    expect(finding?.text).toBe('5 × SELECT in app, one after another below detached in app');
  });

  it('looks at 100,000 calls in a moment', () => {
    const startMillis = performance.now();
    const text = `GET 0-100000\n${inARow(100_000, '  ', 'SELECT')}`;
    expect(textsBy(repeatedCalls, text)[0]).toContain('100,000 × SELECT');
    expect(performance.now() - startMillis).toBeLessThan(10_000);
  });
});
