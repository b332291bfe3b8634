import type { TracingCounts } from 'nestjs-traced';
import { ServiceProcess } from './service-process.js';

/** The services of the demo: the gateway calls orders, which calls inventory and tells the mailer. */
export class TracedServices {
  /** In the order in which requests reach them. */
  readonly #services: ServiceProcess[] = [];

  /**
   * Resolves with the gateway's address when all of them can be called.
   *
   * @param receiverUrl where they send their spans
   * @param environment further variables of all of them
   */
  async start(
    receiverUrl: string,
    environment: Readonly<Record<string, string>> = {},
  ): Promise<string> {
    const inventoryUrl = await this.#start('inventory', receiverUrl, environment);
    const mailerUrl = await this.#start('mailer', receiverUrl, environment);
    const ordersUrl = await this.#start('orders', receiverUrl, {
      ...environment,
      INVENTORY_URL: inventoryUrl,
      MAILER_URL: mailerUrl,
    });
    return this.#start('gateway', receiverUrl, { ...environment, ORDERS_URL: ordersUrl });
  }

  /** Closes them from the outside in; resolves with what each says became of its spans, by name. */
  async stop(): Promise<ReadonlyMap<string, TracingCounts>> {
    const counts = new Map<string, TracingCounts>();
    for (const service of this.#services) counts.set(service.name, await service.stop());
    return counts;
  }

  kill(): void {
    for (const service of this.#services) service.kill();
  }

  async #start(
    name: string,
    receiverUrl: string,
    environment: Readonly<Record<string, string>>,
  ): Promise<string> {
    const service = new ServiceProcess(name, {
      ...environment,
      OTEL_EXPORTER_OTLP_ENDPOINT: receiverUrl,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    });
    this.#services.unshift(service);
    return service.listening();
  }
}
