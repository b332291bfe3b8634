import type { FactoryProvider } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../../assembly/tracing.js';
import {
  type MessagingTracingOptions,
  messageConsumerOf,
  messageProducerOf,
} from '../../messaging/index.js';
import { TRACING_OPTIONS } from '../tokens.js';
import type { TracingOptions } from '../tracing-module-options.js';
import { MessagingHooks } from './messaging-hooks.js';

/**
 * The provider that traces messages. It must come before the provider that shuts the tracing down, so that
 * the last spans end before the shutdown.
 */
export const MESSAGING_PROVIDERS: FactoryProvider[] = [
  {
    provide: MessagingHooks,
    inject: [ModulesContainer, Tracing, TRACING_OPTIONS],
    useFactory: (
      modules: ModulesContainer,
      { tracer, diagnostics }: Tracing,
      { messaging }: TracingOptions,
    ): MessagingHooks =>
      new MessagingHooks(
        modules,
        diagnostics,
        isWanted(messaging, 'consumer') ? messageConsumerOf(tracer) : undefined,
        isWanted(messaging, 'producer') ? messageProducerOf(tracer) : undefined,
      ),
  },
];

function isWanted(
  messaging: false | MessagingTracingOptions | undefined,
  side: keyof MessagingTracingOptions,
): boolean {
  return messaging !== false && messaging?.[side] !== false;
}
