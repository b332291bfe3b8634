import { EventEmitter } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import {
  awaitNode,
  watchIoredisNodes,
  watchNodeRedis4Nodes,
} from '../../../../lib/database/redis/cluster-nodes.js';
import type { RedisNode, RedisOperation } from '../../../../lib/database/redis/redis.handler.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class Node {
  readonly sent: unknown[] = [];
  stream: object | null = { remoteAddress: '10.0.0.1', remotePort: 7001 };

  constructor(readonly options: object) {}

  sendCommand(command: unknown): unknown {
    this.sent.push(command);
    return command;
  }
}

class FakeCluster extends EventEmitter {
  known: Node[] = [];

  nodes(): Node[] {
    return this.known;
  }
}

describe('watchIoredisNodes', () => {
  it('tells the operation of a command which node gets it, also of nodes that are added', () => {
    const cluster = new FakeCluster();
    const first = new Node({ host: 'first.example', port: 7000 });
    cluster.known = [first];
    watchIoredisNodes(cluster);
    const second = new Node({ host: 'second.example', port: 7001 });
    cluster.emit('+node', second);
    cluster.emit('+node', second);
    const told: RedisNode[] = [];
    const operation = { wentTo: (node: RedisNode) => told.push(node) } as unknown as RedisOperation;
    const command = { name: 'get' };
    awaitNode(command, operation);
    first.stream = null;
    expect(first.sendCommand(command)).toBe(command);
    second.sendCommand(command);
    second.sendCommand({ name: 'of nobody' });
    second.sendCommand('no command');
    expect(second.sent).toHaveLength(3);
    expect(told).toEqual([
      { serverAddress: 'first.example', serverPort: 7000 },
      {
        serverAddress: 'second.example',
        serverPort: 7001,
        peerAddress: '10.0.0.1',
        peerPort: 7001,
      },
    ]);
  });

  it('survives an object without nodes', () => {
    expect(() => watchIoredisNodes({})).not.toThrow();
  });
});

describe('watchNodeRedis4Nodes', () => {
  it('tells the active query which node gets it', () => {
    const { tracer, recorder } = createTracing();
    const client = { sendCommand: () => 'reply', multiExecutor: () => [] };
    const cluster = {
      nodeByAddress: new Map<string, object>([
        ['a', { host: 'first.example', port: 7000, client }],
        ['b', { host: 'second.example', port: 7001, client: Promise.resolve() }],
        ['c', { host: 'third.example', port: 7002 }],
      ]),
    };
    watchNodeRedis4Nodes(cluster);
    watchNodeRedis4Nodes(cluster);
    watchNodeRedis4Nodes({});
    expect(client.sendCommand()).toBe('reply');
    const handler = new DatabaseHandler({ system: 'redis' });
    tracer.trace('work', () => {
      const operation = handler.begin({ operation: 'GET' });
      operation?.run(() => client.sendCommand());
      operation?.finish();
    });
    expect(recorder.takeSpans()[0]?.attributes).toMatchObject({
      'server.address': 'first.example',
      'server.port': 7000,
    });
  });
});
