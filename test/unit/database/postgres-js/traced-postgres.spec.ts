import { describe, expect, it } from '@jest/globals';
import postgres from 'postgres';
import { tracedPostgres } from '../../../../lib/database/postgres-js/traced-postgres.js';

describe('tracedPostgres', () => {
  it('returns a stand-in that behaves as the instance, which is unchanged', () => {
    const sql = postgres({ database: 'shop' });
    const before = Object.getOwnPropertyDescriptors(sql);
    const traced = tracedPostgres(sql);
    expect(traced).not.toBe(sql);
    expect(traced.options).toBe(sql.options);
    expect(traced.PostgresError).toBe(sql.PostgresError);
    expect(traced.unsafe).toBe(traced.unsafe);
    expect(traced`SELECT 1`).toBeInstanceOf(sql`SELECT 1`.constructor);
    expect(Object.getOwnPropertyDescriptors(sql)).toEqual(before);
  });

  it('keeps a stand-in as it is', () => {
    const traced = tracedPostgres(postgres());
    expect(tracedPostgres(traced)).toBe(traced);
  });

  it('lets code set members of the instance', () => {
    const sql = postgres();
    const traced = tracedPostgres(sql) as never as { own: number };
    traced.own = 1;
    expect((sql as never as { own: number }).own).toBe(1);
  });
});
