import type { FactoryProvider } from '@nestjs/common';
import { ApplicationConfig, ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import { WebSocketHandler } from '../../websocket/index.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { WebSocketHooks } from './web-socket-hooks.js';

/** The providers that trace WebSocket gateways. */
export const WEB_SOCKET_PROVIDERS: FactoryProvider[] = [
  {
    provide: WebSocketHooks,
    inject: [ModulesContainer, ApplicationConfig, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      config: ApplicationConfig,
      { tracer }: Tracing,
      { webSocket }: TracingOptions,
    ): WebSocketHooks | undefined => {
      if (webSocket === false) return undefined;
      return new WebSocketHooks(modules, config, tracer, new WebSocketHandler(tracer, webSocket));
    },
  },
];
