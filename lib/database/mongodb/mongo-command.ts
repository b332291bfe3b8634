import type { DatabaseQuery } from '../database-query.js';
import type { DatabaseSource } from '../database-source.js';
import { sanitizeDocument } from '../sanitize-document.js';
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
  const shownKey = collection === undefined ? undefined : named;
  return sanitizeDocument(Object.fromEntries(shown), maxLength, shownKey);
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
