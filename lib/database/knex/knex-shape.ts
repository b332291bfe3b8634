/** What is needed of a `Client` of Knex. */
export interface KnexClientShape {
  readonly dialect?: unknown;
  readonly driverName?: unknown;
  readonly connectionSettings?: unknown;
  acquireConnection(): Promise<object>;
  releaseConnection(connection: object): unknown;
  transaction(...values: unknown[]): object;
  _query(connection: object, query: KnexQueryShape): Promise<KnexQueryShape>;
  _stream(connection: object, query: KnexQueryShape, ...rest: unknown[]): Promise<unknown>;
}

/** A class of {@link KnexClientShape}: each dialect has one. */
export type KnexClientClass = new (...values: never[]) => KnexClientShape;

/** A query of Knex as it goes to the driver, with what the driver answered. */
export interface KnexQueryShape {
  readonly sql?: string;
  readonly bindings?: readonly unknown[];
  readonly response?: unknown;
}

const METHODS = ['acquireConnection', 'releaseConnection', 'transaction', '_query', '_stream'];

/** The client of an instance of Knex; undefined for anything else. Never throws. */
export function clientOfKnex(knex: unknown): KnexClientShape | undefined {
  try {
    const { client } = knex as { client?: Record<string, unknown> };
    if (typeof client !== 'object' || client === null) return undefined;
    const isClient = METHODS.every((name) => typeof client[name] === 'function');
    return isClient ? (client as unknown as KnexClientShape) : undefined;
  } catch {
    return undefined;
  }
}
