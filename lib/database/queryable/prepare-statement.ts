import { types } from 'node:util';
import { contextStorage } from '../../context/index.js';
import type { DatabaseHandler } from '../database.handler.js';
import { readQueryText } from './query-arguments.js';
import { tracedStatement } from './traced-statement.js';

/**
 * Calls a method that prepares a statement, and hands out a statement whose runs have spans: as its result, by a promise,
 * or by a callback. A statement that cannot be prepared has a span: the database refuses the text, and repeats it in
 * its error.
 */
export function prepareStatement(
  handler: DatabaseHandler,
  call: (values: unknown[]) => unknown,
  values: unknown[],
): unknown {
  const text = readQueryText(values[0]);
  const trace = (statement: unknown): unknown => tracedStatement(statement, text, handler);
  const active = contextStorage.active();
  const fail = (error: unknown): void =>
    contextStorage.run(active, () => {
      handler.begin({ text })?.fail(error);
    });
  const given = values.map((value) =>
    typeof value === 'function'
      ? contextStorage.bind(active, (error: unknown, statement: unknown, ...rest: unknown[]) => {
          if (error) fail(error);
          return value(error, error ? statement : trace(statement), ...rest);
        })
      : value,
  );
  let result: unknown;
  try {
    result = call(given);
  } catch (error) {
    fail(error);
    throw error;
  }
  if (!types.isPromise(result)) return trace(result);
  return result.then(trace, (error: unknown) => {
    fail(error);
    throw error;
  });
}
