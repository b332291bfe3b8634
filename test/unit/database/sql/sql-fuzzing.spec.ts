import { describe, expect, it } from '@jest/globals';
import { SqlReader } from '../../../../lib/database/sql/sql-reader.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';
import { DIALECT_STATEMENTS } from './statements.js';

const SYSTEMS = Object.keys(DIALECT_STATEMENTS);

function readAll(sql: string): void {
  for (const system of SYSTEMS) {
    const { summary, sanitizedText } = new SqlReader(system, 2048).read(sql);
    if (summary !== undefined) expect(summary.length).toBeLessThanOrEqual(255);
    expect(sanitizedText.length).toBeLessThanOrEqual(2048);
  }
}

describe('SqlReader, for any text,', () => {
  it('reads random characters', () => {
    const random = randomOfSeed(7);
    for (let round = 0; round < 1_000; round++) {
      const codes = Array.from({ length: 200 }, () =>
        Math.floor(random() * (round % 2 ? 128 : 65_536)),
      );
      readAll(String.fromCharCode(...codes));
    }
  });

  it('reads random tokens', () => {
    const random = randomOfSeed(8);
    const pieces =
      "SELECT FROM WHERE ( ) , . ; ' \" ` [ ] -- /* */ # $$ $x$ $1 :a :: @p 1 1.5e+ 0x a b \n \\ WITH AS INSERT INTO UPDATE SET DELETE USING MERGE ON JOIN VALUES CREATE TABLE INDEX EXPLAIN ANALYZE E' N' q'[ ]' EXTRACT DISTINCT UNION 😀".split(
        ' ',
      );
    for (let round = 0; round < 3_000; round++) {
      const words = Array.from({ length: 40 }, () => pick(random, pieces));
      readAll(words.join(pick(random, ['', ' '])));
    }
  });
});

describe('secrets in literals', () => {
  const random = randomOfSeed(9);
  const secrets = Array.from(
    { length: 200 },
    () => `hunter${Math.floor(random() * 1e9).toString(36)}`,
  );
  /** The forms of a literal in each database. */
  const quotes: Record<string, readonly ((secret: string) => string)[]> = {
    postgresql: [
      (secret) => `'${secret}'`,
      (secret) => `'it''s ${secret}'`,
      (secret) => `E'it\\'s ${secret}'`,
      (secret) => `'\\' || '${secret}'`,
      (secret) => `$$it's ${secret}$$`,
      (secret) => `$q$ $$ ${secret} $q$`,
      (secret) => `U&'${secret}'`,
      (secret) => `/* /* */ ${secret} */ 1`,
    ],
    mysql: [
      (secret) => `'${secret}'`,
      (secret) => `"${secret}"`,
      (secret) => `'it\\'s ${secret}'`,
      (secret) => `"a\\"${secret}"`,
      (secret) => `_utf8mb4'${secret}'`,
      (secret) => `1 # '${secret}\n`,
      (secret) => `5--'${secret}'`,
    ],
    sqlite: [
      (secret) => `'${secret}'`,
      (secret) => `'--' || '${secret}'`,
      (secret) => `X'${secret}'`,
    ],
    'microsoft.sql_server': [(secret) => `N'${secret}'`, (secret) => `'/*' + '${secret}'`],
    'oracle.db': [(secret) => `q'[it's ${secret}]'`, (secret) => `nq'{'${secret}'}'`],
    unknown: [
      (secret) => `'${secret}'`,
      (secret) => `-- ${secret}\n 1`,
      (secret) => `$a$${secret}$a$`,
    ],
  };
  const statements: ((value: string) => string)[] = [
    (value) => `SELECT * FROM users WHERE password = ${value} AND id = 7`,
    (value) => `SELECT ${value}, name FROM users`,
    (value) => `INSERT INTO users (name, password) VALUES ('x', ${value}), (NULL, ${value})`,
    (value) => `UPDATE users SET password = ${value} WHERE id IN (1, ${value})`,
    (value) => `DELETE FROM users WHERE lower(password) = lower(${value})`,
    (value) => `WITH u AS (SELECT ${value} AS p FROM users) SELECT * FROM u`,
    (value) => `SELECT * FROM users ORDER BY CASE WHEN a = ${value} THEN 1 END LIMIT 5`,
    (value) => `CREATE USER someone PASSWORD ${value}`,
    (value) => `SELECT * FROM users WHERE password = ${value.slice(0, -1)}`,
  ];

  it.each(Object.keys(quotes))('are in no reading, for %s', (system) => {
    const reader = new SqlReader(system, 2048);
    for (const secret of secrets) {
      for (const quote of quotes[system] ?? []) {
        const sql = pick(random, statements)(quote(secret));
        const { summary, sanitizedText } = reader.read(sql);
        expect(`${summary} ${sanitizedText}`).not.toContain(secret);
        expect(summary).toBeDefined();
      }
    }
  });
});
