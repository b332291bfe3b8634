import { createRequire } from 'node:module';
import { SqliteDatabase } from './sqlite-database.js';

const require = createRequire(import.meta.url);

/** A database in memory with the interface of better-sqlite3. */
export interface SqliteUnderTest {
  readonly name: string;
  readonly isThere: boolean;
  open(): Promise<SqliteDatabase>;
}

/**
 * The package better-sqlite3, if it is installed, and a double of it on sql.js. The package is no dependency: it is
 * compiled on installation, which fails without a compiler for C++. `npm install --no-save better-sqlite3@12` brings it.
 */
export function betterSqlites(): readonly SqliteUnderTest[] {
  const open = betterSqlite();
  if (open === undefined) {
    process.stderr.write(
      'better-sqlite3 is not installed: its tests run with a double only. Run npm install --no-save better-sqlite3@12.\n',
    );
  }
  return [
    {
      name: 'better-sqlite3',
      isThere: open !== undefined,
      open: async () => (open as NonNullable<typeof open>)(),
    },
    {
      name: 'SQLite with the interface of better-sqlite3',
      isThere: true,
      open: () => SqliteDatabase.open(),
    },
  ];
}

function betterSqlite(): (() => SqliteDatabase) | undefined {
  try {
    const Database = require('better-sqlite3') as new (path: string) => SqliteDatabase;
    const open = (): SqliteDatabase => new Database(':memory:');
    open();
    return open;
  } catch {
    return undefined;
  }
}
