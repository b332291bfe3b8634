/** What is needed of a `MongoClient`. */
export interface MongoClientShape {
  /** Undefined where it cannot be seen. */
  readonly options?: { readonly monitorCommands?: boolean };
  on(event: 'commandStarted', listener: (event: CommandStarted) => void): unknown;
  on(event: 'commandSucceeded', listener: (event: CommandSucceeded) => void): unknown;
  on(event: 'commandFailed', listener: (event: CommandFailed) => void): unknown;
}

/** What the driver's three events of a command have in common. */
export interface CommandEvent {
  /** `host:port`, or the path of a socket. */
  readonly address: string;
  readonly connectionId?: string | number;
  readonly requestId: number;
}

export interface CommandStarted extends CommandEvent {
  readonly databaseName: string;
  readonly commandName: string;
  /** Empty for those commands whose contents the driver keeps to itself. */
  readonly command: CommandDocument;
}

export interface CommandSucceeded extends CommandEvent {
  readonly reply: unknown;
}

export interface CommandFailed extends CommandEvent {
  readonly failure: unknown;
}

/** A command as it is sent: its first key is its name. */
export type CommandDocument = Readonly<Record<string, unknown>>;
