import { fileURLToPath } from 'node:url';
import { ask, start, stop } from '../../child.js';
import { startReceiver } from '../receiver/receiver.js';
import { OTHERS_CORE, startServer } from '../start-server.js';
import { startCounting } from './instructions.js';

const GENERATOR = fileURLToPath(new URL('../generator/open-loop.js', import.meta.url));
const LIMIT_MILLIS = 24 * 3600_000;

/** The variants of one platform, all alive at once, with one generator and one receiver for all. */
export class LoadedServers {
  #platform;
  #generator;
  #receiver;
  #servers = new Map();

  /** @param onProgress called with each variant that starts */
  static async open(platform, variants, onProgress) {
    const servers = new LoadedServers();
    servers.#platform = platform;
    try {
      servers.#receiver = await startReceiver(OTHERS_CORE);
      servers.#generator = start([GENERATOR], {
        stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
        core: OTHERS_CORE,
        limitMillis: LIMIT_MILLIS,
      });
      for (const variant of variants) {
        onProgress(variant);
        await servers.#startOne(variant);
      }
      return servers;
    } catch (error) {
      await servers.close();
      throw error;
    }
  }

  async #startOne(variant) {
    const url = this.#receiver.urlOf(variant);
    const options = { platform: this.#platform, variant, url, limitMillis: LIMIT_MILLIS };
    this.#servers.set(variant, await startServer(options));
  }

  /** @param requestsPerSecond undefined for as many as are answered */
  load(variant, seconds, requestsPerSecond) {
    const { port } = this.#servers.get(variant);
    const protocol = this.#platform === 'grpc' ? 'grpc' : 'http';
    return ask(this.#generator, { port, protocol, seconds, requestsPerSecond });
  }

  /** Loads one variant at a rate, and measures what its server takes for it, up to the last span's export. */
  async measure(variant, seconds, requestsPerSecond) {
    const { server } = this.#servers.get(variant);
    await ask(server, 'begin');
    const endCounting = startCounting(server.pid);
    const { requests, ...figures } = await this.load(variant, seconds, requestsPerSecond);
    const { cpuMicros, rssBytes } = await ask(server, 'measure');
    const instructions = await endCounting();
    return {
      cpuMicrosPerRequest: cpuMicros / requests,
      ...(instructions !== undefined && { instructionsPerRequest: instructions / requests }),
      ...figures,
      rssBytes,
    };
  }

  /** @returns how many times each variant has exported spans, if the receiver counts it */
  async close() {
    for (const { server } of this.#servers.values()) await stop(server);
    if (this.#generator) await stop(this.#generator);
    return (await this.#receiver?.stop()) ?? new Map();
  }
}
