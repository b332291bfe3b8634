import { describe, expect, it } from '@jest/globals';
import { GraphqlHandler } from '../../../../lib/graphql/index.js';
import { hookDriver } from '../../../../lib/nest/graphql/hook-driver.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

/** A driver that keeps the options with which it was started. */
class KeepingDriver {
  started: Record<string, unknown> = {};

  async start(options: Record<string, unknown>): Promise<string> {
    this.started = options;
    return 'started';
  }

  stop(): void {}
  generateSchema(): void {}
}
class ApolloBaseDriver extends KeepingDriver {}
class ApolloDriver extends ApolloBaseDriver {}
class MercuriusDriver extends KeepingDriver {}
class OtherDriver {
  start(): void {}
  stop(): void {}
  generateSchema(): void {}
}

describe('hookDriver', () => {
  const createTracing = tracingsOfTest();

  function hook() {
    const driver = new ApolloDriver();
    const reported: unknown[] = [];
    const handler = new GraphqlHandler(createTracing().tracer);
    const restore = hookDriver(driver, handler, (error) => reported.push(error));
    return { driver, reported, restore };
  }

  it('adds a plugin to copies of the options', async () => {
    const { driver, reported } = hook();
    const own = {};
    const options = Object.freeze({ path: '/graphql', plugins: Object.freeze([own]) });
    expect(await driver.start(options)).toBe('started');
    expect(driver.started).toMatchObject({ path: '/graphql', plugins: [expect.anything(), own] });
    expect(driver.started.subscriptions).toBeUndefined();
    expect(reported).toEqual([]);
  });

  it.each([
    [{ subscriptions: { 'graphql-ws': true } }],
    [{ subscriptions: { 'graphql-ws': { path: '/ws' } } }],
    [{ installSubscriptionHandlers: true }],
  ])('adds hooks to the subscriptions of %j', async (options) => {
    const { driver } = hook();
    await driver.start(options);
    const graphqlWs = (driver.started.subscriptions as Record<string, object>)['graphql-ws'];
    expect(graphqlWs).toMatchObject({ onComplete: expect.any(Function) });
  });

  it('adds a hook to the subscriptions of the predecessor of graphql-ws', async () => {
    const { driver } = hook();
    const own = { keepAlive: 1 };
    await driver.start({ subscriptions: { 'subscriptions-transport-ws': own } });
    const hooked = driver.started.subscriptions as Record<string, object>;
    expect(hooked['subscriptions-transport-ws']).toMatchObject({
      keepAlive: 1,
      onOperation: expect.any(Function),
    });
  });

  it.each([true, { keepAlive: 1 }])(
    'adds a context to the subscriptions of Mercurius: %j',
    async (subscription) => {
      const driver = new MercuriusDriver();
      const handler = new GraphqlHandler(createTracing().tracer);
      hookDriver(driver, handler, () => {});
      await driver.start({ subscription });
      expect(driver.started.subscription).toMatchObject({
        ...(typeof subscription === 'object' ? subscription : {}),
        context: expect.any(Function),
      });
      const without = {};
      await driver.start(without);
      expect(driver.started).toBe(without);
    },
  );

  it('leaves subscriptions of other protocols alone', async () => {
    const { driver } = hook();
    const subscriptions = { 'graphql-ws': false, other: {} };
    await driver.start({ subscriptions });
    expect(driver.started.subscriptions).toBe(subscriptions);
  });

  it('reports a schema that cannot be traced, and starts the driver', async () => {
    const { driver, reported } = hook();
    const options = { schema: {} };
    expect(await driver.start(options)).toBe('started');
    expect(driver.started).toBe(options);
    expect(reported).toHaveLength(1);
  });

  it('is undone', () => {
    const { driver, restore } = hook();
    expect(Object.hasOwn(driver, 'start')).toBe(true);
    restore?.();
    expect(Object.hasOwn(driver, 'start')).toBe(false);
  });

  it.each([[{}], [new OtherDriver()]])('ignores other objects: %p', (candidate) => {
    const handler = new GraphqlHandler(createTracing().tracer);
    expect(hookDriver(candidate, handler, () => {})).toBeUndefined();
  });
});
