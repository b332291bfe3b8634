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
  ])('appends a comment to %j', (text, commented) => {
    expect(commentSql(text, 'postgresql', 'c')).toBe(commented);
  });

  it.each([
    ['a comment to the end of the line', 'SELECT 1 -- one'],
    ['a comment in the middle', 'SELECT /* one */ 1'],
    ['a hint', 'SELECT /*+ SeqScan(a) */ * FROM a'],
    ['a literal that looks like a comment', "SELECT '--', 1"],
    ['a comment that is not closed', 'SELECT 1 /* one'],
    ['an object that keeps its text', 'CREATE VIEW a AS SELECT 1'],
    ['a statement that is prepared', 'PREPARE a AS SELECT 1'],
    ['a statement with its own data format', 'COPY a FROM STDIN'],
    ['a transaction', 'START TRANSACTION'],
    ['a longer word', 'SELECTED 1'],
    ['an empty text', ''],
    ['a semicolon', ' ; '],
  ])('leaves %s unchanged', (_, text) => {
    expect(commentSql(text, 'postgresql', 'c')).toBe(text);
  });

  it('knows the comments of each dialect', () => {
    expect(commentSql('SELECT 1 # one', 'mariadb', 'c')).toBe('SELECT 1 # one');
    expect(commentSql('SELECT a // b', 'cassandra', 'c')).toBe('SELECT a // b');
    expect(commentSql('SELECT 6 // 2', 'postgresql', 'c')).toBe('SELECT 6 // 2 /*c*/');
  });

  it('adds what a reader of SQL reads as a comment', () => {
    const text = "SELECT * FROM a WHERE b = $1 AND c = 'x';";
    const commented = commentSql(text, 'postgresql', "traceparent='00-ab-cd-01'");
    expect(sanitizeSql(commented, 'postgresql').replaceAll(/\s+;/g, ';')).toBe(
      sanitizeSql(text, 'postgresql'),
    );
  });
});
