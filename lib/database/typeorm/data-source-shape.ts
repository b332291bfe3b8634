/** The members of TypeORM's `DataSource` that the adapter uses, of TypeORM 0.3 and 1.x. */
export interface DataSourceShape {
  readonly options: object;
  readonly manager: EntityManagerShape;
  createQueryRunner(...values: never[]): QueryRunnerShape;
}

/** The members of TypeORM's `EntityManager` that the adapter uses. */
export interface EntityManagerShape {
  readonly queryRunner?: QueryRunnerShape | undefined;
  transaction(...values: never[]): Promise<unknown>;
}

/** The members of TypeORM's `QueryRunner` that the adapter uses. */
export interface QueryRunnerShape {
  readonly manager: EntityManagerShape;
  /** Calls the subscribers and the listeners of entities. */
  broadcaster?: object;
  connect?(...values: never[]): Promise<unknown>;
  query(...values: never[]): Promise<unknown>;
  stream(...values: never[]): Promise<unknown>;
  startTransaction(...values: never[]): Promise<void>;
  commitTransaction(): Promise<void>;
  rollbackTransaction(): Promise<void>;
  release(): Promise<void>;
  /** `slave` for a runner of a replica. */
  getReplicationMode?(): unknown;
}

/** Whether a value is a `DataSource` that sends SQL. Only reads properties, and never throws. */
export function isDataSource(value: unknown): value is DataSourceShape {
  try {
    if (typeof value !== 'object' || value === null) return false;
    const { options, manager, createQueryRunner, initialize } = value as Record<string, unknown>;
    return (
      typeof createQueryRunner === 'function' &&
      typeof initialize === 'function' &&
      typeof (manager as Partial<EntityManagerShape> | undefined)?.transaction === 'function' &&
      typeof (options as { type?: unknown } | undefined)?.type === 'string' &&
      (options as { type: string }).type !== 'mongodb'
    );
  } catch {
    return false;
  }
}
