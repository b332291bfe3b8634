import { EventEmitter } from 'node:events';
import pg from 'pg';

type Done = (error?: Error | null, rows?: unknown[], result?: unknown) => void;

/**
 * The package `pg-native`, as far as the client `pg.native` uses it. The package binds libpq and must be compiled; this
 * sends the queries through the other client of `pg`. It never calls back in the turn of a call, and reports what is
 * wrong with a query as fields of libpq.
 */
export class PgNative extends EventEmitter {
  /** Where the clients of the test connect to. */
  static connection: pg.ClientConfig = {};
  arrayMode = false;
  readonly #client = new pg.Client(PgNative.connection);
  readonly #prepared = new Map<string, string>();
  #fields: Record<string, unknown> = {};

  readonly pq = { resultErrorFields: () => this.#fields };

  connect(_connection: string, done: Done): void {
    this.#client.on('notification', ({ channel, payload }) => {
      this.emit('notification', { relname: channel, extra: payload });
    });
    this.#client.connect().then(() => done(null), done);
  }

  query(text: string, ...rest: [Done] | [unknown[], Done]): void {
    const done = rest.at(-1) as Done;
    const values = rest.length === 2 ? (rest[0] as unknown[]) : undefined;
    this.#client.query(text, values).then(
      (result) => done(null, result.rows, result),
      (error: pg.DatabaseError) => {
        this.#fields = { sqlState: error.code, messagePrimary: error.message };
        done(new Error(`ERROR:  ${error.message}\n`));
      },
    );
  }

  prepare(name: string, text: string, _count: number, done: Done): void {
    this.#prepared.set(name, text);
    process.nextTick(done, null);
  }

  execute(name: string, values: unknown[], done: Done): void {
    this.query(String(this.#prepared.get(name)), values, done);
  }

  end(done: Done): void {
    this.#client.end().then(() => done(), done);
  }
}
