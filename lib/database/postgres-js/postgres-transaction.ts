import { contextStorage, type TracingContext } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { Method } from '../stand-in.js';
import { TransactionSpan } from '../transaction-span.js';

/** Returns the traced stand-in of the instance that postgres.js passes to the user's function. */
type Trace = (sql: unknown, scope?: ScopeTracing) => unknown;

/**
 * `begin(options, work)` of postgres.js, with a span around the transaction and a span for each of BEGIN,
 * COMMIT and ROLLBACK. postgres.js sends these itself, at times that are known: BEGIN from the call until
 * it calls `work`, and COMMIT or ROLLBACK from the end of `work` until its promise is settled.
 *
 * @returns what `original` returns
 */
export function runTransaction(
  handler: DatabaseHandler,
  original: Method,
  values: unknown[],
  trace: Trace,
): unknown {
  const transaction = TransactionSpan.begin(handler);
  if (transaction === undefined)
    return original(...values.map((value) => tracedWork(value, trace)));
  return transaction.run(() => {
    const scope = new ScopeTracing(handler, new SavepointNames());
    const [options] = values;
    const words = typeof options === 'string' ? options.replace(/[^a-z ]/gi, '') : '';
    const result = scope.run(original, values, trace, {
      open: `begin ${words}`,
      close: () => (scope.name === undefined ? 'commit' : 'prepare transaction ?'),
      undo: 'rollback',
    });
    return result.then(
      (value) => {
        transaction.end();
        return value;
      },
      (error: unknown) => {
        if (scope.isUndone) transaction.end();
        else transaction.fail(error);
        throw error;
      },
    );
  });
}

function tracedWork(value: unknown, trace: Trace): unknown {
  if (typeof value !== 'function') return value;
  return (sql: unknown, ...rest: unknown[]): unknown => value(trace(sql), ...rest);
}

/** The names that postgres.js gives to the savepoints of one transaction. */
class SavepointNames {
  #count = 0;

  next(name: unknown): string {
    const suffix = typeof name === 'string' && name !== '' ? `_${name}` : '';
    return `"s${this.#count++}${suffix}"`;
  }
}

/** The texts that postgres.js sends at the edges of a scope. `close` returns undefined for none. */
interface ScopeTexts {
  readonly open: string;
  readonly close: () => string | undefined;
  readonly undo: string;
}

/** Traces a transaction or a savepoint: what postgres.js sends before and after the user's function. */
export class ScopeTracing {
  readonly #handler: DatabaseHandler;
  readonly #names: SavepointNames;
  /** The query that postgres.js sends at the moment. */
  #edge: DatabaseOperation | undefined;
  /** The error of the first query that failed, and the error of the user's function. */
  readonly #failures: unknown[] = [];
  #isUndone = false;
  #name: unknown;

  constructor(handler: DatabaseHandler, names: SavepointNames) {
    this.#handler = handler;
    this.#names = names;
  }

  /** Whether the work failed and was rolled back, as far as known. */
  get isUndone(): boolean {
    return this.#isUndone;
  }

  /** The name of a transaction that is prepared in place of committed. */
  get name(): unknown {
    return this.#name;
  }

  /** The user calls `sql.prepare(name)`. */
  noteName(name: unknown): void {
    this.#name = name;
  }

  /** postgres.js rolls back after a query that failed, also if the user's function handled the error. */
  noteFailure(error: unknown): void {
    if (this.#failures.length === 0) this.#failures.push(error);
  }

  /** `savepoint(name, work)`, where the name may be left out; or a template, which is one query of its own. */
  runSavepoint(original: Method, values: unknown[], trace: Trace): unknown {
    const [first] = values;
    if (Array.isArray((first as { raw?: unknown } | undefined)?.raw)) {
      const query = (sql: unknown): unknown => (sql as Method)(...values);
      return this.runSavepoint(original, [query], trace);
    }
    const name = this.#names.next(first);
    const scope = new ScopeTracing(this.#handler, this.#names);
    return scope.run(original, values, trace, {
      open: `savepoint ${name}`,
      close: () => undefined,
      undo: `rollback to ${name}`,
    });
  }

  /** @returns what `original` returns */
  run(original: Method, values: unknown[], trace: Trace, texts: ScopeTexts): Promise<unknown> {
    const inside = contextStorage.active();
    const wrapped = values.map((value) =>
      typeof value === 'function' ? this.#wrap(value as Method, trace, texts, inside) : value,
    );
    this.#begin(texts.open);
    const result = original(...wrapped) as Promise<unknown>;
    return result.then(
      (value) => {
        this.#edge?.finish();
        return value;
      },
      (error: unknown) => {
        this.#end(error);
        throw error;
      },
    );
  }

  #wrap(work: Method, trace: Trace, texts: ScopeTexts, inside: TracingContext): Method {
    const undo = (error: unknown): never => {
      this.#failures.push(error);
      this.#isUndone = true;
      this.#begin(texts.undo);
      throw error;
    };
    const close = (): void => {
      this.#isUndone = this.#failures.length > 0;
      const text = this.#isUndone ? texts.undo : texts.close();
      if (text !== undefined) this.#begin(text);
    };
    return (sql, ...rest) => {
      this.#edge?.finish();
      this.#edge = undefined;
      return contextStorage.run(inside, () => {
        let result: unknown;
        try {
          result = work(trace(sql, this), ...rest);
        } catch (error) {
          return undo(error);
        }
        return Promise.resolve(Array.isArray(result) ? Promise.all(result) : result).then(
          (value) => {
            close();
            return value;
          },
          undo,
        );
      });
    };
  }

  #begin(text: string): void {
    this.#edge = this.#handler.begin({ text });
  }

  #end(error: unknown): void {
    // The error of the work passes a ROLLBACK that succeeded.
    if (this.#isUndone && this.#failures.includes(error)) this.#edge?.finish();
    else {
      this.#edge?.fail(error);
      this.#isUndone = false;
    }
  }
}
