import { describe, expect, it } from '@jest/globals';
import { isIoredis, nodeRedisKindOf } from '../../../../lib/database/redis/redis-shape.js';

const withMethods = (...names: string[]): object =>
  Object.fromEntries(names.map((name) => [name, () => {}]));

describe('shapes of clients', () => {
  it.each([
    [['sendCommand', 'pipeline', 'multi', 'duplicate', 'defineCommand'], true],
    [['sendCommand', 'pipeline'], false],
  ])('a client of ioredis has %j: %j', (methods, expected) => {
    expect(isIoredis(withMethods(...methods))).toBe(expected);
  });

  it.each([
    [['_executeMulti', '_executePipeline', '_executeCommand'], 'client'],
    [['multiExecutor', 'commandsExecutor'], 'client-4'],
    [['commandsExecutor'], 'cluster-4'],
    [['_execute'], 'group'],
    [['execute'], 'group'],
    [[], undefined],
  ])('an object of node-redis with %j is %j', (methods, kind) => {
    const common = ['sendCommand', 'GET', 'MULTI'];
    expect(nodeRedisKindOf(withMethods(...common, ...methods))).toBe(kind);
    expect(nodeRedisKindOf(withMethods(...methods))).toBeUndefined();
  });
});
