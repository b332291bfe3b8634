import { describe, expect, it } from '@jest/globals';
import type { ModulesContainer } from '@nestjs/core';
import { ClientTCP, ServerTCP } from '@nestjs/microservices';
import { ReplaySubject } from 'rxjs';
import { Diagnostics } from '../../../../lib/diagnostics.js';
import { MessageConsumerHandler, MessageProducerHandler } from '../../../../lib/messaging/index.js';
import { injectContext } from '../../../../lib/nest/messaging/inject-context.js';
import { MessagingHooks } from '../../../../lib/nest/messaging/messaging-hooks.js';
import { MESSAGING_PROVIDERS } from '../../../../lib/nest/messaging/messaging-providers.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';
import { receivedMessage, sentMessage } from '../../messaging/messages.js';

const createTracing = tracingsOfTest();

function setUp(instances: unknown[] = []) {
  const { tracer, recorder } = createTracing();
  const warnings: string[] = [];
  const servers = new ReplaySubject<unknown>();
  const providers = new Map(instances.map((instance, index) => [index, { instance }]));
  const module = { providers, controllers: new Map(), injectables: new Map() };
  const modules = Object.assign(new Map([['a', module]]), {
    getRpcTargetRegistry: () => servers,
  }) as unknown as ModulesContainer;
  const consumer = new MessageConsumerHandler(tracer);
  const producer = new MessageProducerHandler(tracer);
  const diagnostics = new Diagnostics({ warn: (message) => warnings.push(message) });
  const hooks = new MessagingHooks(modules, diagnostics, consumer, producer);
  return { hooks, servers, consumer, producer, recorder, warnings, modules, diagnostics };
}

const isHooked = (instance: object) =>
  Object.hasOwn(instance, 'send') || Object.hasOwn(instance, 'listen');

describe('MessagingHooks', () => {
  it('hooks servers as they are announced, until shutdown', () => {
    const { hooks, servers, warnings } = setUp();
    const [server, late] = [new ServerTCP({}), new ServerTCP({})];
    servers.next(server);
    servers.next(undefined);
    expect(isHooked(server)).toBe(true);
    hooks.onApplicationShutdown();
    servers.next(late);
    expect([isHooked(server), isHooked(late)]).toEqual([false, false]);
    expect(warnings).toEqual([]);
  });

  it('hooks clients among providers and in their fields, and leaves them at shutdown', () => {
    const [client, inField] = [new ClientTCP({}), new ClientTCP({})];
    const holder = {
      inField,
      get broken(): never {
        throw new Error('getters are not run');
      },
    };
    const { hooks, warnings } = setUp([client, holder, undefined, 'text']);
    hooks.onModuleInit();
    expect([isHooked(client), isHooked(inField)]).toEqual([true, true]);
    hooks.onApplicationShutdown();
    expect([isHooked(client), isHooked(inField)]).toEqual([false, false]);
    expect(warnings).toEqual([]);
  });

  it('reports what cannot be hooked, hooks the others, and lets the application start', () => {
    const [frozen, client] = [Object.freeze(new ClientTCP({})), new ClientTCP({})];
    const { hooks, servers, warnings } = setUp([{ frozen, client }]);
    servers.next(Object.freeze(new ServerTCP({})));
    hooks.onModuleInit();
    expect(isHooked(client)).toBe(true);
    expect(warnings).toEqual([
      expect.stringMatching(/^A server of messages is not traced: installing the hook failed: /),
      expect.stringMatching(/^A client of messages is not traced: installing the hook failed: /),
    ]);
  });

  it('ends the spans of messages that are still open', () => {
    const { hooks, consumer, producer, recorder } = setUp();
    consumer.begin(receivedMessage());
    producer.begin(sentMessage());
    hooks.onApplicationShutdown();
    expect(recorder.takeSpans()).toHaveLength(2);
  });

  it('installs nothing for a side that is switched off', () => {
    const client = new ClientTCP({});
    const server = new ServerTCP({});
    const { modules, diagnostics, servers } = setUp([client]);
    servers.next(server);
    const other = new ServerTCP({});
    const hooks = new MessagingHooks(modules, diagnostics, undefined, undefined);
    hooks.onModuleInit();
    servers.next(other);
    expect(isHooked(client)).toBe(false);
    hooks.onApplicationShutdown();
  });
});

describe('injectContext', () => {
  it('leaves a client without a serializer alone', () => {
    const client = {};
    injectContext(client, 'custom', () => undefined, new Diagnostics())();
    expect(client).toEqual({});
  });
});

describe('MESSAGING_PROVIDERS', () => {
  it('are the hooks', () => {
    expect(MESSAGING_PROVIDERS.map(({ provide }) => provide)).toEqual([MessagingHooks]);
  });
});
