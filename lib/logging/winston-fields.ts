import type { TracingContext } from '../context/index.js';
import { fieldsIn } from './active-fields.js';
import type { LogFields } from './log-fields.js';
import type { WinstonInfo } from './winston-shape.js';

/** What this library has added to a line. */
export interface AddedFields {
  /** The context in which the line was logged. */
  readonly context: TracingContext;
  readonly names: readonly string[];
  /** True if `traceWinston` added them, which runs when the line is logged. A format can run later. */
  readonly isFinal: boolean;
}

const ADDED = Symbol('nestjs-traced.winston');

/** Returns what {@link addFields} has added to a line; undefined for any other line, and for a copy of one. */
export function addedTo(info: WinstonInfo): AddedFields | undefined {
  return info[ADDED] as AddedFields | undefined;
}

/**
 * Adds the fields of the span of `context` to a line. Fields that the line has of its own stay. An object that is
 * logged again loses the fields of the last time.
 *
 * Winston's formats change the line too: a copy would lose the message and stack of an error.
 */
export function addFields(
  info: WinstonInfo,
  context: TracingContext,
  own: LogFields | undefined,
  isFinal: boolean,
): void {
  for (const name of addedTo(info)?.names ?? []) delete info[name];
  const names: string[] = [];
  const fields = fieldsIn(context, own);
  for (const name in fields) {
    if (name in info) continue;
    info[name] = fields[name];
    names.push(name);
  }
  const added: AddedFields = { context, names, isFinal };
  // Not enumerable: `format.prettyPrint` shows symbols.
  Object.defineProperty(info, ADDED, { configurable: true, writable: true, value: added });
}
