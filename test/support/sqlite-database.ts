import { createRequire } from 'node:module';

type Row = Record<string, unknown>;

/** The members of sql.js that are used here. The package has no types. */
interface SqlJsStatement {
  bind(parameters: readonly unknown[]): boolean;
  step(): boolean;
  getAsObject(): Row;
  reset(): void;
}

interface SqlJsDatabase {
  prepare(sql: string): SqlJsStatement;
  exec(sql: string): unknown;
  close(): void;
}

type InitSqlJs = () => Promise<{ Database: new () => SqlJsDatabase }>;

const require = createRequire(import.meta.url);

/**
 * SQLite with the interface of better-sqlite3, on sql.js: statements run synchronously, and private fields
 * break if a method is called on another object.
 */
export class SqliteDatabase {
  readonly #database: SqlJsDatabase;

  private constructor(database: SqlJsDatabase) {
    this.#database = database;
  }

  static async open(): Promise<SqliteDatabase> {
    const initSqlJs = require('sql.js') as InitSqlJs;
    return new SqliteDatabase(new (await initSqlJs()).Database());
  }

  prepare(sql: string): SqliteStatement {
    return new SqliteStatement(this.#database.prepare(sql));
  }

  exec(sql: string): this {
    this.#database.exec(sql);
    return this;
  }

  /** Returns a function that runs `work` between BEGIN and COMMIT or ROLLBACK. */
  transaction<A extends unknown[], T>(work: (...values: A) => T): (...values: A) => T {
    return (...values) => {
      this.#database.exec('BEGIN');
      try {
        const result = work(...values);
        this.#database.exec('COMMIT');
        return result;
      } catch (error) {
        this.#database.exec('ROLLBACK');
        throw error;
      }
    };
  }

  close(): void {
    this.#database.close();
  }
}

export class SqliteStatement {
  readonly #statement: SqlJsStatement;

  constructor(statement: SqlJsStatement) {
    this.#statement = statement;
  }

  run(...parameters: unknown[]): { readonly changes: number } {
    this.all(...parameters);
    return { changes: 0 };
  }

  get(...parameters: unknown[]): Row | undefined {
    return this.all(...parameters)[0];
  }

  all(...parameters: unknown[]): Row[] {
    return [...this.iterate(...parameters)];
  }

  *iterate(...parameters: unknown[]): IterableIterator<Row> {
    this.#statement.bind(parameters);
    try {
      while (this.#statement.step()) yield this.#statement.getAsObject();
    } finally {
      this.#statement.reset();
    }
  }
}
