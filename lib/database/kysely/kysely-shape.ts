/** The members of Kysely's `Dialect` that the adapter uses. */
export interface KyselyDialectShape {
  createDriver(...values: never[]): KyselyDriverShape;
}

/** The members of Kysely's `Driver` that the adapter uses. */
export interface KyselyDriverShape {
  acquireConnection(...values: never[]): Promise<KyselyConnectionShape>;
  beginTransaction(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
  commitTransaction(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
  rollbackTransaction(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
  releaseConnection(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
}

/** The members of Kysely's `DatabaseConnection` that the adapter uses. */
export interface KyselyConnectionShape {
  executeQuery(query: CompiledQueryShape, ...values: never[]): Promise<unknown>;
  streamQuery(query: CompiledQueryShape, ...values: never[]): AsyncIterableIterator<unknown>;
}

/** The members of Kysely's `CompiledQuery` that the adapter uses. */
export interface CompiledQueryShape {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/**
 * Sets a method on an object that hides the method of its class. Does nothing if the object has no such
 * method or is frozen.
 */
export function putMethod<T extends object, K extends keyof T>(
  target: T,
  name: K,
  replace: (original: (...values: never[]) => unknown) => (...values: never[]) => unknown,
): void {
  const method = target[name];
  if (typeof method !== 'function') return;
  const value = replace((...values) => Reflect.apply(method, target, values));
  Reflect.defineProperty(target, name, { configurable: true, writable: true, value });
}
