import { describe, expect, it } from '@jest/globals';
import postgres from 'postgres';
import {
  isPostgres,
  isPostgresQuery,
  sourceOfPostgres,
} from '../../../../lib/database/postgres-js/postgres-shape.js';

describe('isPostgres', () => {
  it('accepts an instance of postgres.js, and no other value', () => {
    expect(isPostgres(postgres())).toBe(true);
    for (const value of [
      undefined,
      null,
      {},
      'text',
      () => {},
      Object.assign(() => {}, { options: {} }),
    ]) {
      expect(isPostgres(value)).toBe(false);
    }
  });
});

describe('isPostgresQuery', () => {
  it('accepts queries and fragments, and nothing else that an instance returns', () => {
    const sql = postgres();
    expect([sql`SELECT 1`, sql.unsafe('SELECT 1'), sql.file('a.sql')].every(isPostgresQuery)).toBe(
      true,
    );
    expect(
      [sql('a'), sql(['a']), sql.json({}), Promise.resolve(), undefined].some(isPostgresQuery),
    ).toBe(false);
  });
});

describe('sourceOfPostgres', () => {
  it.each([
    [
      'postgres://me:hunter2@db:5433/shop',
      { namespace: 'shop', serverAddress: 'db', serverPort: 5433 },
    ],
    // Nothing tells which of several hosts a connection uses.
    [
      'postgres://me@one:1,two:2/shop',
      { namespace: 'shop', serverAddress: undefined, serverPort: undefined },
    ],
  ])('finds the database in %s', (url, expected) => {
    expect(sourceOfPostgres(postgres(url) as never)).toEqual({ system: 'postgresql', ...expected });
  });

  it('finds the path of a socket', () => {
    const sql = postgres({ path: '/run/.s.PGSQL.5432', database: 'shop' });
    expect(sourceOfPostgres(sql as never)).toEqual({
      system: 'postgresql',
      namespace: 'shop',
      serverAddress: '/run/.s.PGSQL.5432',
      serverPort: undefined,
    });
  });

  it('knows the system only, of an instance without options', () => {
    expect(sourceOfPostgres((() => {}) as never)).toEqual({ system: 'postgresql' });
  });
});
