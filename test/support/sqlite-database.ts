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

  inTransaction = false;

  /**
   * Returns a function that runs `work` between BEGIN and COMMIT or ROLLBACK, or in a savepoint. Its members
   * are not configurable, and one of them is the same function for another kind of transaction.
   */
  transaction<A extends unknown[], T>(work: (...values: A) => T): TransactionFunction<A, T> {
    const begin =
      (words: string) =>
      (...values: A) =>
        this.#run(words, () => work(...values));
    const transaction = begin('BEGIN');
    Object.defineProperties(transaction, {
      immediate: { value: begin('BEGIN IMMEDIATE') },
      database: { value: this, enumerable: true },
    });
    return transaction as TransactionFunction<A, T>;
  }

  #run<T>(words: string, work: () => T): T {
    const isNested = this.inTransaction;
    const [open, close, undo] = isNested
      ? ['SAVEPOINT a', 'RELEASE a', 'ROLLBACK TO a']
      : [words, 'COMMIT', 'ROLLBACK'];
    this.#database.exec(open as string);
    this.inTransaction = true;
    try {
      const result = work();
      this.#database.exec(close as string);
      return result;
    } catch (error) {
      this.#database.exec(undo as string);
      throw error;
    } finally {
      this.inTransaction = isNested;
    }
  }

  close(): void {
    this.#database.close();
  }
}

/** As `transaction` of better-sqlite3 returns it. */
export type TransactionFunction<A extends unknown[], T> = ((...values: A) => T) & {
  readonly immediate: (...values: A) => T;
  readonly database: SqliteDatabase;
};

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
