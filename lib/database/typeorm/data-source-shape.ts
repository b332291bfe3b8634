/** What is needed of a TypeORM `DataSource`, of 0.3 and of 1.x. */
export interface DataSourceShape {
  readonly options: object;
  readonly manager: EntityManagerShape;
  createQueryRunner(...values: never[]): QueryRunnerShape;
}

/** What is needed of a TypeORM `EntityManager`. */
export interface EntityManagerShape {
  readonly queryRunner?: QueryRunnerShape | undefined;
  transaction(...values: never[]): Promise<unknown>;
}

/** What is needed of a TypeORM `QueryRunner`. */
export interface QueryRunnerShape {
  readonly manager: EntityManagerShape;
  query(...values: never[]): Promise<unknown>;
  stream(...values: never[]): Promise<unknown>;
  startTransaction(...values: never[]): Promise<void>;
  commitTransaction(): Promise<void>;
  rollbackTransaction(): Promise<void>;
  release(): Promise<void>;
}

/** True for a `DataSource` that sends SQL. Asks for nothing but its properties, and never throws. */
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
