import { describe, expect, it } from '@jest/globals';
import { commentSql } from '../../../../lib/database/sql/comment-sql.js';
import { sanitizeSql } from '../../../../lib/database/sql/sanitize-sql.js';

describe('commentSql', () => {
  it.each([
    ['SELECT 1', 'SELECT 1 /*c*/'],
    ['select 1;', 'select 1 /*c*/;'],
    ['SELECT 1 ;\r\n ; \n', 'SELECT 1 /*c*/ ;\r\n ; \n'],
    ['SELECT 1; SELECT 2;', 'SELECT 1; SELECT 2 /*c*/;'],
    ['\n  (SELECT 1) UNION (SELECT 2)', '\n  (SELECT 1) UNION (SELECT 2) /*c*/'],
    ["INSERT INTO a VALUES ('x;')", "INSERT INTO a VALUES ('x;') /*c*/"],
    ['WITH a AS (SELECT 1) SELECT * FROM a', 'WITH a AS (SELECT 1) SELECT * FROM a /*c*/'],
    ["UPDATE a SET b = b #> '{c}'", "UPDATE a SET b = b #> '{c}' /*c*/"],
    ['SELECT $$ not closed', 'SELECT $$ not closed /*c*/'],
  ])('puts a comment behind %j', (text, commented) => {
    expect(commentSql(text, 'postgresql', 'c')).toBe(commented);
  });

  it.each([
    ['a comment to the end of the line', 'SELECT 1 -- one'],
    ['a comment in the midst', 'SELECT /* one */ 1'],
    ['a hint', 'SELECT /*+ SeqScan(a) */ * FROM a'],
    ['what looks like a comment', "SELECT '--', 1"],
    ['what is not closed', 'SELECT 1 /* one'],
    ['what keeps its text', 'CREATE VIEW a AS SELECT 1'],
    ['what keeps its text for later', 'PREPARE a AS SELECT 1'],
    ['what is sent in a format of its own', 'COPY a FROM STDIN'],
    ['a transaction', 'START TRANSACTION'],
    ['what only begins so', 'SELECTED 1'],
    ['nothing', ''],
    ['a semicolon', ' ; '],
  ])('leaves alone %s', (_, text) => {
    expect(commentSql(text, 'postgresql', 'c')).toBe(text);
  });

  it('knows the comments of each dialect', () => {
    expect(commentSql('SELECT 1 # one', 'mariadb', 'c')).toBe('SELECT 1 # one');
  });

  it('adds what readers of SQL take for a comment', () => {
    const text = "SELECT * FROM a WHERE b = $1 AND c = 'x';";
    const commented = commentSql(text, 'postgresql', "traceparent='00-ab-cd-01'");
    expect(sanitizeSql(commented, 'postgresql').replaceAll(/\s+;/g, ';')).toBe(
      sanitizeSql(text, 'postgresql'),
    );
  });

  it('takes no longer for long texts than it must', () => {
    for (const text of ['('.repeat(1e6), `SELECT ${';'.repeat(1e6)}`, 'SELECT'.repeat(2e5)]) {
      expect(commentSql(text, 'postgresql', 'c').length).toBeGreaterThanOrEqual(text.length);
    }
  });
});
