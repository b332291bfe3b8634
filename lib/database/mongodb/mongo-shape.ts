/** The members of `MongoClient` that the adapter uses. */
export interface MongoClientShape {
  /** Undefined if the client does not show its options. */
  readonly options?: { readonly monitorCommands?: boolean };
  /** Switches monitoring on or off, until the client connects. */
  monitorCommands?: boolean;
  on(event: 'commandStarted', listener: (event: CommandStarted) => void): unknown;
  on(event: 'commandSucceeded', listener: (event: CommandSucceeded) => void): unknown;
  on(event: 'commandFailed', listener: (event: CommandFailed) => void): unknown;
  off?(event: string, listener: (event: never) => void): unknown;
}

/** What the three command events of the driver have in common. */
export interface CommandEvent {
  /** `host:port`, or the path of a socket. */
  readonly address: string;
  readonly connectionId?: string | number;
  readonly requestId: number;
}

/** The driver has sent a command. */
export interface CommandStarted extends CommandEvent {
  readonly databaseName: string;
  readonly commandName: string;
  /** Empty for commands with credentials. */
  readonly command: CommandDocument;
}

/** The server has answered a command. The answer may report failed writes. */
export interface CommandSucceeded extends CommandEvent {
  readonly reply: unknown;
}

/** A command has failed. */
export interface CommandFailed extends CommandEvent {
  readonly failure: unknown;
}

/** A command as it is sent: its first key is its name. */
export type CommandDocument = Readonly<Record<string, unknown>>;
