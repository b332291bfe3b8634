import type { DatabaseHandler } from '../database.handler.js';
import type { DatabaseOperation } from '../database-operation.js';
import type { DatabaseAdapterOptions } from '../database-options.js';
import { type DatabaseSource, definedMembersOf } from '../database-source.js';
import { replicasOfDataSource } from './data-source-options.js';
import type { QueryRunnerShape } from './data-source-shape.js';

/**
 * The handlers of one `DataSource`: one for its primary server and, with replication, one for its
 * replicas. TypeORM chooses the replica when a runner connects, so with several replicas the address is
 * unknown when the span of a query starts.
 */
export class DataSourceHandlers {
  readonly #primary: DatabaseHandler;
  readonly #replica: DatabaseHandler;
  readonly #readsAddress: boolean;

  /**
   * @param primary its source already has the user's options
   * @param options of the `DataSource`
   * @param given the user's options; an address in them names every server
   */
  constructor(primary: DatabaseHandler, options: object, given: DatabaseAdapterOptions) {
    const [first, ...others] = replicasOfDataSource(options);
    const hasGivenAddress = given.serverAddress !== undefined || given.serverPort !== undefined;
    this.#primary = primary;
    this.#replica = primary;
    this.#readsAddress = false;
    if (first === undefined || hasGivenAddress) return;
    const source = { ...commonPartOf(first, others), ...definedMembersOf(given) };
    this.#replica = primary.withSource(source);
    this.#readsAddress = source.serverAddress === undefined || source.serverPort === undefined;
  }

  of(runner: QueryRunnerShape): DatabaseHandler {
    return isOfReplica(runner) ? this.#replica : this.#primary;
  }

  /** Whether {@link addAddress} must be called when a query of the runner is over. */
  mustReadAddressOf(runner: QueryRunnerShape): boolean {
    return this.#readsAddress && isOfReplica(runner);
  }

  /** Sets the address of the replica that a query went to, which the runner's connection knows. */
  addAddress(operation: DatabaseOperation, runner: QueryRunnerShape): void {
    const { host, port } = addressOfRunner(runner);
    operation.wentTo(
      typeof host === 'string' && host !== '' ? host : undefined,
      typeof port === 'number' ? port : undefined,
    );
  }
}

function isOfReplica(runner: QueryRunnerShape): boolean {
  return runner.getReplicationMode?.() === 'slave';
}

/** What all replicas have in common. */
function commonPartOf(first: DatabaseSource, others: readonly DatabaseSource[]): DatabaseSource {
  const members = Object.entries(first).filter(([name, value]) =>
    others.every((other) => other[name as keyof DatabaseSource] === value),
  );
  return { ...Object.fromEntries(members), system: first.system };
}

interface Address {
  readonly host?: unknown;
  readonly port?: unknown;
}

/** The connection of a runner: a client of `pg` has `host` and `port`, one of `mysql2` has them in `config`. */
function addressOfRunner(runner: QueryRunnerShape): Address {
  try {
    const { databaseConnection } = runner as {
      databaseConnection?: Address & { config?: Address };
    };
    return databaseConnection?.config ?? databaseConnection ?? {};
  } catch {
    return {};
  }
}
