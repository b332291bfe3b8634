import type { TracerProvider } from '@opentelemetry/api';
import type { SpanProcessor } from '../../trace/index.js';
import { providerBehind } from './provider-behind.js';

/**
 * Flushes another provider when the application is flushed or closes. The provider is not shut down:
 * whoever created it does that.
 */
export class ProviderFlush implements SpanProcessor {
  readonly #provider: TracerProvider;

  constructor(provider: TracerProvider) {
    this.#provider = provider;
  }

  onStart(): void {}

  onEnd(): void {}

  async forceFlush(): Promise<void> {
    const provider = providerBehind(this.#provider) as { forceFlush?(): Promise<void> };
    await provider.forceFlush?.();
  }

  shutdown(): Promise<void> {
    return this.forceFlush();
  }
}
