/** What is needed of a `Dialect` of Kysely. */
export interface KyselyDialectShape {
  createDriver(...values: never[]): KyselyDriverShape;
}

/** What is needed of a `Driver` of Kysely. */
export interface KyselyDriverShape {
  acquireConnection(...values: never[]): Promise<KyselyConnectionShape>;
  beginTransaction(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
  commitTransaction(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
  rollbackTransaction(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
  releaseConnection(connection: KyselyConnectionShape, ...values: never[]): Promise<void>;
}

/** What is needed of a `DatabaseConnection` of Kysely. */
export interface KyselyConnectionShape {
  executeQuery(query: CompiledQueryShape, ...values: never[]): Promise<unknown>;
  streamQuery(query: CompiledQueryShape, ...values: never[]): AsyncIterableIterator<unknown>;
}

/** What is needed of a `CompiledQuery` of Kysely. */
export interface CompiledQueryShape {
  readonly sql: string;
  readonly parameters: readonly unknown[];
}

/** Puts a method on an object, in the place of one that its class has; nothing on one that is frozen. */
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
