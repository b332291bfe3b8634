import type { DatabaseQuery } from '../database.handler.js';
import type { DatabaseSource } from '../database-options.js';
import { cutText } from '../sql/sql-reader.js';
import type { CommandStarted } from './mongo-shape.js';

/** True for what the driver does for itself: handshakes, heartbeats, authentication, the end of sessions. */
export function isOfDriver(commandName: string): boolean {
  return OF_DRIVER.has(commandName.toLowerCase());
}

const OF_DRIVER = new Set([
  'hello',
  'ismaster',
  'ping',
  'saslstart',
  'saslcontinue',
  'authenticate',
  'getnonce',
  'logout',
  'copydbgetnonce',
  'copydbsaslstart',
  'endsessions',
]);

/** What a command does, and to which collection. */
export function readCommand({ commandName, command }: CommandStarted): DatabaseQuery {
  const key = commandName === 'getMore' ? 'collection' : commandName;
  const target = OF_COLLECTION.has(commandName) ? command[key] : undefined;
  const parts = ['documents', 'updates', 'deletes', 'ops'].map((name) => command[name]);
  const batch = parts.find((part): part is unknown[] => Array.isArray(part));
  return {
    operation: commandName,
    collection: typeof target === 'string' ? target : undefined,
    batchSize: batch?.length,
  };
}

/** Commands that name a collection; the first value of others may be a user's name or a document. */
const OF_COLLECTION = new Set([
  'aggregate',
  'collMod',
  'count',
  'create',
  'createIndexes',
  'createSearchIndexes',
  'delete',
  'distinct',
  'drop',
  'dropIndexes',
  'dropSearchIndex',
  'find',
  'findAndModify',
  'getMore',
  'insert',
  'killCursors',
  'listIndexes',
  'mapReduce',
  'update',
  'updateSearchIndex',
  'validate',
]);

/** Which database a command goes to: each may go to another server, and to another database there. */
export function sourceOfCommand({ address, databaseName }: CommandStarted): DatabaseSource {
  const parts = /^(?:\[([^\]]+)\]|([^:/]+)):(\d{1,5})$/.exec(address);
  return {
    system: 'mongodb',
    namespace: databaseName,
    serverAddress: parts?.[1] ?? parts?.[2] ?? address,
    serverPort: parts?.[3] === undefined ? undefined : Number(parts[3]),
  };
}

/**
 * A command as JSON with `?` for its values; the names of its fields and its collection stay.
 *
 * @param maxLength in UTF-16 code units
 * @returns undefined for a command without contents
 */
export function sanitizeCommand(
  { commandName, command }: CommandStarted,
  maxLength: number,
): string | undefined {
  const shown = Object.entries(command).filter(([key]) => !OF_SESSION.has(key));
  if (shown.length === 0) return undefined;
  const { collection } = readCommand({ commandName, command } as CommandStarted);
  const named = commandName === 'getMore' ? 'collection' : commandName;
  const writer = new CommandWriter(maxLength);
  writer.write(Object.fromEntries(shown), collection === undefined ? undefined : named);
  return cutText(writer.text, maxLength);
}

/** What every command carries, which says nothing of it. */
const OF_SESSION = new Set([
  'lsid',
  'txnNumber',
  'startTransaction',
  'autocommit',
  '$clusterTime',
  '$db',
  '$readPreference',
  'apiVersion',
  'apiStrict',
  'apiDeprecationErrors',
]);

/** Stops where the text is long enough, so that a command of a million documents costs no more. */
class CommandWriter {
  text = '';
  readonly #maxLength: number;
  #depth = 0;

  constructor(maxLength: number) {
    this.#maxLength = maxLength;
  }

  /** @param shownKey the key of the document whose value is shown */
  write(value: unknown, shownKey?: string): void {
    if (this.#depth === MAX_DEPTH || !isContainer(value)) {
      this.text += '"?"';
      return;
    }
    this.#depth++;
    if (Array.isArray(value)) this.#writeItems('[', value, ']', (item) => this.write(item));
    else {
      this.#writeItems('{', Object.entries(value), '}', ([key, held]) => {
        this.text += `${JSON.stringify(key)}:`;
        if (key === shownKey) this.text += JSON.stringify(held);
        else this.write(held);
      });
    }
    this.#depth--;
  }

  #writeItems<T>(open: string, items: readonly T[], close: string, write: (item: T) => void): void {
    this.text += open;
    for (const [index, item] of items.entries()) {
      if (this.text.length > this.#maxLength) return;
      if (index > 0) this.text += ',';
      write(item);
    }
    this.text += close;
  }
}

/** As deep as MongoDB itself lets a document be. */
const MAX_DEPTH = 100;

/** Instances of classes, as those of BSON, are values. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
