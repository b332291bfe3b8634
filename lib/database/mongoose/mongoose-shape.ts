import { hasMethods } from '../../operation/index.js';

/** The members of a connection of Mongoose that the adapter uses. Members may be of any type. */
export interface MongooseConnectionShape {
  getClient(): unknown;
  readonly host?: unknown;
  readonly port?: unknown;
  /** The name of the database. */
  readonly name?: unknown;
  /** By name. */
  readonly models?: Readonly<Record<string, MongooseModel | undefined>>;
}

/** A model of Mongoose. Members may be of any type. */
export interface MongooseModel {
  readonly collection?: { readonly name?: unknown };
  /** The name of the model that a discriminator derives from. */
  readonly baseModelName?: unknown;
}

/** What Mongoose 9.7 publishes. Members may be of any type. */
export interface MongooseMessage {
  readonly operation?: unknown;
  readonly collection?: unknown;
  readonly database?: unknown;
  readonly serverAddress?: unknown;
  readonly serverPort?: unknown;
  readonly args?: { readonly docs?: unknown; readonly ops?: unknown };
}

/** The methods by which a connection of Mongoose is found. */
export const MONGOOSE_METHODS: readonly string[] = ['getClient', 'model', 'startSession', 'useDb'];

/** Whether a value is a connection of Mongoose. Runs no accessors. */
export function isMongooseConnection(value: unknown): value is MongooseConnectionShape {
  return typeof value === 'object' && value !== null && hasMethods(value, MONGOOSE_METHODS);
}
