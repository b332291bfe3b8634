import { hasMethods } from '../../operation/index.js';

/** The used members of a command of ioredis. */
export interface IoredisCommand {
  readonly name: string;
  readonly args?: readonly unknown[];
  resolve(value: unknown): void;
  reject(error: unknown): void;
  /** From 5.11 on: whether ioredis has published it. */
  isTraced?: boolean;
}

/** The used members of a client of ioredis. Only a cluster has `isCluster`. */
export interface IoredisShape {
  readonly isCluster?: unknown;
  readonly options?: {
    readonly host?: unknown;
    readonly port?: unknown;
    readonly path?: unknown;
    readonly db?: unknown;
    readonly sentinels?: unknown;
  };
  /** The state of the connection. */
  readonly condition?: { readonly select?: unknown } | null;
  readonly stream?: { readonly remoteAddress?: unknown; readonly remotePort?: unknown } | null;
}

/** Whether a value is a client or a cluster of ioredis. */
export function isIoredis(value: object): value is IoredisShape {
  return hasMethods(value, ['sendCommand', 'pipeline', 'multi', 'duplicate', 'defineCommand']);
}

/** The used members of a client of node-redis, and of what stands for several clients. */
export interface NodeRedisShape {
  readonly options?: {
    readonly socket?: { readonly host?: unknown; readonly port?: unknown; readonly path?: unknown };
    readonly url?: unknown;
    readonly database?: unknown;
    readonly legacyMode?: unknown;
  };
  /** Version 4 in its legacy mode: the commands with promises. In another mode it throws. */
  readonly v4?: unknown;
  /** Since version 5: what `withTypeMapping` and others derive from. */
  readonly _self?: NodeRedisShape;
}

/** How a client of node-redis sends commands. */
export type NodeRedisKind = 'client-4' | 'cluster-4' | 'client' | 'group';

/**
 * What a client of node-redis is: a client or a cluster of version 4, a client of later versions, or a pool, a cluster or
 * a group of sentinels, which lend clients. Undefined for any other value.
 */
export function nodeRedisKindOf(value: object): NodeRedisKind | undefined {
  if (!hasMethods(value, ['sendCommand', 'GET', 'MULTI'])) return undefined;
  if (hasMethods(value, ['_executeMulti', '_executePipeline', '_executeCommand'])) return 'client';
  if (hasMethods(value, ['multiExecutor', 'commandsExecutor'])) return 'client-4';
  if (hasMethods(value, ['commandsExecutor'])) return 'cluster-4';
  if (hasMethods(value, ['_execute']) || hasMethods(value, ['execute'])) return 'group';
  return undefined;
}

/** Whether a client publishes its commands: of ioredis from 5.11 on, of node-redis from 5.12 on. Not that of a group. */
export function publishesCommands(client: object): boolean {
  return hasMethods(client, ['_buildCommandContext']) || hasMethods(client, ['_setIdentity']);
}
