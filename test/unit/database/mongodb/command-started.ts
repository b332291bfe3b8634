import type { CommandStarted } from '../../../../lib/database/mongodb/mongo-shape.js';

/** The event of a command whose first key is its name. */
export function commandStarted(command: Record<string, unknown>, requestId = 1): CommandStarted {
  const commandName = Object.keys(command)[0] as string;
  const address = '127.0.0.1:27017';
  return { address, connectionId: 1, requestId, databaseName: 'shop', commandName, command };
}
