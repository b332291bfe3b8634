/** The members of `node:sqlite` that are used here. The types of Node 20 do not have the module. */
export interface NodeSqlite {
  readonly DatabaseSync: new (path: string) => NodeSqliteDatabase;
}

export interface NodeSqliteDatabase {
  exec(text: string): void;
  prepare(text: string): {
    all(...parameters: unknown[]): unknown[];
    get(...parameters: unknown[]): unknown;
    run(...parameters: unknown[]): unknown;
    iterate(...parameters: unknown[]): IterableIterator<unknown>;
  };
  /** Since Node 24.9. */
  createTagStore?(size?: number): {
    get(strings: TemplateStringsArray, ...values: unknown[]): unknown;
    all(strings: TemplateStringsArray, ...values: unknown[]): unknown[];
  };
  close(): void;
}

/** `node:sqlite`, or undefined where Node does not have it: before 22.5. */
export function nodeSqlite(): NodeSqlite | undefined {
  const { getBuiltinModule } = process as {
    getBuiltinModule?: (name: string) => NodeSqlite | undefined;
  };
  const sqlite = getBuiltinModule?.('node:sqlite');
  if (sqlite === undefined)
    process.stderr.write('Node has no node:sqlite: its tests are skipped.\n');
  return sqlite;
}
