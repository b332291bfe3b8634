import { describe, expect, it } from '@jest/globals';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { WebSocketHooks } from '../../../../lib/nest/websocket/web-socket-hooks.js';
import { WEB_SOCKET_PROVIDERS } from '../../../../lib/nest/websocket/web-socket-providers.js';
import { WebSocketHandler } from '../../../../lib/websocket/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createAdapter = () => ({ bindClientConnect() {}, bindMessageHandlers() {} });

describe('WebSocketHooks', () => {
  const createTracing = tracingsOfTest();

  function install() {
    const { tracer, warnings } = createTracing();
    const config = new ApplicationConfig();
    const handler = new WebSocketHandler(tracer);
    const hooks = new WebSocketHooks(new ModulesContainer(), config, tracer, handler);
    return { config, hooks, warnings };
  }

  it('hooks the adapter that the application gets, until the shutdown', () => {
    const { config, hooks } = install();
    const adapter = createAdapter();
    config.setIoAdapter(adapter as never);
    expect(config.getIoAdapter()).toBe(adapter);
    expect(Object.hasOwn(adapter, 'bindMessageHandlers')).toBe(true);
    const { bindMessageHandlers } = adapter;
    hooks.onApplicationShutdown();
    expect(adapter.bindMessageHandlers).not.toBe(bindMessageHandlers);
    expect(Object.hasOwn(config, 'setIoAdapter')).toBe(false);
  });

  it('reports an adapter that cannot be hooked, and sets it', () => {
    const { config, warnings } = install();
    const frozen = Object.freeze(createAdapter());
    config.setIoAdapter(frozen as never);
    expect(config.getIoAdapter()).toBe(frozen);
    expect(warnings.join()).toContain('WebSocket gateways are not traced');
  });

  it('is not provided if the option is false', () => {
    const [provider] = WEB_SOCKET_PROVIDERS;
    const { tracer } = createTracing();
    const create = (webSocket: unknown): unknown =>
      provider?.useFactory(
        new ModulesContainer(),
        new ApplicationConfig(),
        { tracer },
        { webSocket },
      );
    expect(create(false)).toBeUndefined();
    expect(create(undefined)).toBeInstanceOf(WebSocketHooks);
  });
});
