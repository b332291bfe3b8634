import { describe, expect, it } from '@jest/globals';
import {
  isUnpublishedRedis,
  traceUnpublishedRedis,
} from '../../../../lib/database/channels/unpublished-redis.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

/** A client or cluster of ioredis that answers by itself. */
class FakeIoredis {
  options = { host: 'redis.example', port: 7000 };
  publishing: object[] = [];

  sendCommand(command: { resolve(value: unknown): void }): void {
    command.resolve('answer');
  }

  pipeline(): object {
    return {};
  }

  multi(): object {
    return {};
  }

  duplicate(): FakeIoredis {
    return new FakeIoredis();
  }

  defineCommand(): void {}

  /** As the class of the commands does. */
  get(): Promise<unknown> {
    return new Promise((resolve, reject) => {
      this.sendCommand({ name: 'get', args: ['key'], resolve, reject } as never);
    });
  }
}

class FakeCluster extends FakeIoredis {
  readonly isCluster = true;
  nodeList: object[] = [];

  nodes(): object[] {
    return this.nodeList;
  }
}

class Publishing extends FakeIoredis {
  _buildCommandContext(): void {}
}

describe('isUnpublishedRedis', () => {
  it('is true for clients without channels, and for clusters', () => {
    expect(isUnpublishedRedis(new FakeIoredis())).toBe(true);
    expect(isUnpublishedRedis(new FakeCluster())).toBe(true);
    expect(isUnpublishedRedis(new Publishing())).toBe(false);
    expect(isUnpublishedRedis({ sendCommand() {}, multi() {} })).toBe(false);
    expect(isUnpublishedRedis({})).toBe(false);
  });
});

describe('traceUnpublishedRedis', () => {
  it('leaves the commands of a cluster to its nodes, if they publish them', async () => {
    const { tracer, recorder } = createTracing();
    const cluster = new FakeCluster();
    traceUnpublishedRedis(cluster);
    const send = async (): Promise<string> => {
      await tracer.trace('work', async () => {
        expect(await cluster.get()).toBe('answer');
      });
      return traceAsText(recorder.takeSpans(), { attributes: [] });
    };
    // A cluster that is not connected yet.
    expect(await send()).toBe('work\n  GET [client]');
    cluster.nodeList = [new FakeIoredis()];
    expect(await send()).toBe('work\n  GET [client]');
    cluster.nodeList = [new Publishing()];
    expect(await send()).toBe('work');
  });

  it('does nothing for other objects', () => {
    const other = { sendCommand() {} };
    traceUnpublishedRedis(other);
    expect(Object.keys(other)).toEqual(['sendCommand']);
  });
});
