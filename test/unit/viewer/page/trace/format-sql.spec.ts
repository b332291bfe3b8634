import { describe, expect, it } from '@jest/globals';
import { formatSql } from '../../../../../lib/viewer/page/trace/format-sql.js';

const withoutSpace = (text: string) => text.replace(/\s+/g, ' ').trim();

describe('formatSql', () => {
  it('begins a line with each clause of the outer query', () => {
    const sql =
      "select a, (select count(*) from b where b.id = a.id) n from a  left  join c on c.id=a.id where x = 'from here' and y between 1 and 2 order by a";
    expect(formatSql(sql)).toBe(
      [
        'select a, (select count(*) from b where b.id = a.id) n',
        'from a',
        'left join c',
        '  on c.id=a.id',
        "where x = 'from here'",
        '  and y between 1 and 2',
        'order by a',
      ].join('\n'),
    );
  });

  it.each([
    'INSERT INTO a (x, y) VALUES ($1, $2) ON CONFLICT DO NOTHING RETURNING id',
    'UPDATE "from" SET `where` = 1 WHERE id = 5 -- from here',
    "SELECT 'it''s' /* where */ FROM a",
    'no sql at all',
    '',
  ])('changes white space only: %s', (sql) => {
    expect(withoutSpace(formatSql(sql))).toBe(withoutSpace(sql));
  });

  it('leaves very long texts as they are', () => {
    const sql = `SELECT ${'a, '.repeat(10_000)}b FROM c`;
    expect(formatSql(sql)).toBe(sql);
  });
});
