import type { DatabaseQuery } from '../database.handler.js';
import type { DatabaseSource } from '../database-source.js';
import { cutText } from '../sql/sql-reader.js';
import type { CommandStarted } from './mongo-shape.js';

/** Whether the driver sends a command for itself: handshake, heartbeat, authentication, end of sessions. */
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

/** The operation, the collection and the batch size of a command. */
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

/** Commands whose first value is a collection. Of other commands it may be a user's name or a document. */
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

/** The database that a command goes to. Each command of a client may go to another server and database. */
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
 * A command as JSON with `?` for its values; the names of fields and the collection are unchanged.
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

/** Members that every command has. */
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

/** Stops when the text is long enough, so that the cost does not depend on the number of documents. */
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

/** MongoDB's own limit for the nesting of a document. */
const MAX_DEPTH = 100;

/** Instances of classes, such as those of BSON, are values. */
function isContainer(value: unknown): value is object {
  if (typeof value !== 'object' || value === null) return false;
  if (Array.isArray(value)) return true;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
