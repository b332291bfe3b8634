// Not in the semantic conventions: they describe events of logs and messages between processes.

/** The name or pattern of the event that a listener is registered for. */
export const EVENT_NAME = 'nestjs.event.name';
/** The class of a command. */
export const COMMAND_NAME = 'nestjs.command.name';
/** The class of a query. */
export const QUERY_NAME = 'nestjs.query.name';
