import type { ViewerDestination } from '../../viewer-destination.js';
import { reachableAddress } from './probe-viewer.js';
import type { StartedViewer } from './start-viewer.js';
import type { ViewerSettings } from './viewer-options.js';

/**
 * The viewer of an application. It closes after its own shutdown, but not before those who have claimed it
 * have sent their last spans: Nest shuts the modules of an application down in an order that depends on them.
 */
export class RunningViewer implements ViewerDestination {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly #started: StartedViewer;
  #claimCount = 0;
  #isShutDown = false;

  constructor(started: StartedViewer, { host, token }: ViewerSettings) {
    const address = reachableAddress(host);
    const name = address.includes(':') ? `[${address}]` : address;
    this.url = `http://${name}:${started.found.port}/v1/traces`;
    this.headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
    this.#started = started;
  }

  readonly claim = (): (() => Promise<void>) => {
    this.#claimCount++;
    let isReleased = false;
    return async () => {
      if (!isReleased) this.#claimCount--;
      isReleased = true;
      await this.#closeIfUnused();
    };
  };

  /** Called when the application shuts down. */
  async shutdown(): Promise<void> {
    this.#isShutDown = true;
    await this.#closeIfUnused();
  }

  async #closeIfUnused(): Promise<void> {
    if (!this.#isShutDown || this.#claimCount > 0) return;
    await this.#started.close();
  }
}
