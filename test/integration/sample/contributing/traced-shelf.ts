import { DatabaseHandler } from 'nestjs-traced';

/** A client of a store that the library does not know. */
export interface Shelf {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string): Promise<void>;
}

/** Returns a client whose calls have spans. */
export function tracedShelf(shelf: Shelf, host: string): Shelf {
  const handler = new DatabaseHandler({ system: 'shelf', serverAddress: host });

  async function traced<T>(
    name: string,
    call: () => Promise<T>,
    rowsOf?: (result: T) => number,
  ): Promise<T> {
    // The name of the command, and not its key or value: these can be secrets.
    const operation = handler.begin({ name });
    // No application runs, or the trace is not sampled: the call costs nothing more.
    if (operation === undefined) return call();
    try {
      const result = await operation.run(call);
      operation.finish(rowsOf && (() => rowsOf(result)));
      return result;
    } catch (error) {
      operation.fail(error);
      throw error;
    }
  }

  return {
    get: (key) =>
      traced(
        'GET',
        () => shelf.get(key),
        (value) => (value === undefined ? 0 : 1),
      ),
    set: (key, value) => traced('SET', () => shelf.set(key, value)),
  };
}
