import { randomBytes } from 'node:crypto';

const startSeconds = Math.floor(Date.now() / 1000);

/**
 * What the names of the tables of these tests begin with, other in each process: several runs may use
 * one server at once. {@link dropTestTables} knows by it what a run that was killed has left behind.
 */
export const TABLE_PREFIX = `nt_${startSeconds}_${randomBytes(3).toString('hex')}_`;

const LEFT_BEHIND_AFTER_SECONDS = 3600;

/** A text as it would be without {@link TABLE_PREFIX}. */
export function withoutTablePrefix(text: string): string {
  return text.replaceAll(TABLE_PREFIX, '');
}

/**
 * Drops the tables of this process, and those that other runs have left behind an hour ago or earlier.
 *
 * @param query sends SQL to PostgreSQL or MariaDB and gives back the rows
 */
export async function dropTestTables(
  query: (sql: string) => Promise<readonly { name: string }[]>,
): Promise<void> {
  const rows = await query(
    "SELECT table_name AS name FROM information_schema.tables WHERE table_name LIKE 'nt\\_%'",
  );
  const names = rows.map(({ name }) => name);
  // What others refer to can go only after them; and another run may be at what was left behind.
  const dropped = names.filter((name) => isOurs(name) || isLeftBehind(name));
  for (let pass = 0; pass < 2; pass++) {
    for (const name of dropped) {
      await query(`DROP TABLE IF EXISTS ${name} CASCADE`).catch(() => {});
    }
  }
}

function isOurs(name: string): boolean {
  return name.startsWith(TABLE_PREFIX);
}

function isLeftBehind(name: string): boolean {
  const started = Number(/^nt_(\d+)_/.exec(name)?.[1]);
  return started < startSeconds - LEFT_BEHIND_AFTER_SECONDS;
}
