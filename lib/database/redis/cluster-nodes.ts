import { contextStorage } from '../../context/index.js';
import { hasMethods, memberOf, wrapMethod } from '../../operation/index.js';
import { operationIn } from '../database-operation.js';
import { numberOf, textOf } from '../message-members.js';
import type { RedisNode, RedisOperation } from './redis.handler.js';

/** By command of ioredis: the operations that do not know yet which node gets the command. */
const waiting = new WeakMap<object, RedisOperation>();

/** Lets the operation of a command hear of the node that the cluster sends it to; after a redirection of the next one. */
export function awaitNode(command: object, operation: RedisOperation): void {
  waiting.set(command, operation);
}

const watched = new WeakSet<object>();

/** Watches which node of a cluster of ioredis gets a command. */
export function watchIoredisNodes(cluster: object): void {
  const watch = (node: unknown): void => {
    if (typeof node !== 'object' || node === null || watched.has(node)) return;
    watched.add(node);
    wrapMethod(node, 'sendCommand', (sendCommand, self, args) => {
      const [command] = args;
      if (typeof command === 'object' && command !== null) {
        waiting.get(command)?.wentTo(nodeOfIoredis(node));
      }
      return Reflect.apply(sendCommand, self, args);
    });
  };
  const { nodes, on } = cluster as Record<'nodes' | 'on', unknown>;
  if (typeof on === 'function') Reflect.apply(on, cluster, ['+node', watch]);
  const known: unknown = typeof nodes === 'function' ? Reflect.apply(nodes, cluster, []) : [];
  if (Array.isArray(known)) known.forEach(watch);
}

/** What is used of a node of ioredis. */
interface IoredisNode {
  readonly options?: { readonly host?: unknown; readonly port?: unknown };
  readonly stream?: { readonly remoteAddress?: unknown; readonly remotePort?: unknown } | null;
}

function nodeOfIoredis({ options, stream }: IoredisNode): RedisNode {
  return {
    serverAddress: textOf(options?.host),
    serverPort: numberOf(options?.port),
    peerAddress: textOf(stream?.remoteAddress),
    peerPort: numberOf(stream?.remotePort),
  };
}

/** What is used of a node of a cluster of node-redis 4. */
interface NodeRedisNode {
  readonly host?: unknown;
  readonly port?: unknown;
  readonly client?: unknown;
}

/**
 * Watches which node of a cluster of node-redis 4 gets the command whose span is active. Called before each command,
 * because the nodes change, and the cluster tells nobody.
 */
export function watchNodeRedis4Nodes(cluster: object): void {
  const { nodeByAddress } = cluster as { nodeByAddress?: ReadonlyMap<string, NodeRedisNode> };
  if (!(nodeByAddress instanceof Map)) return;
  for (const node of nodeByAddress.values() as Iterable<NodeRedisNode>) {
    const { client } = node;
    if (typeof client !== 'object' || client === null || watched.has(client)) continue;
    // A client that is connecting is a promise.
    if (!hasMethods(client, ['sendCommand', 'multiExecutor'])) continue;
    watched.add(client);
    for (const method of ['sendCommand', 'multiExecutor', 'executeScript', 'executeFunction']) {
      if (memberOf(client, method) === undefined) continue;
      wrapMethod(client, method, (send, self, args) => {
        const operation = operationIn(contextStorage.active());
        operation?.wentTo(textOf(node.host), numberOf(node.port));
        return Reflect.apply(send, self, args);
      });
    }
  }
}
