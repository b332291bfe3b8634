import { Agent, request } from 'node:http';

/** Asks a server for orders, one after the other in each of its lanes, until it takes no more. */
export class Load {
  /** The numbers of the orders that were asked for and answered to the end, also by a refusal. */
  readonly answered: string[] = [];
  /** Those that were found. */
  readonly found: string[] = [];
  /** Resolves when no lane is served any more. */
  readonly over: Promise<unknown>;
  readonly #agent: Agent;
  #orderCount = 0;

  /**
   * @param keepsConnections false asks for each order over a connection of its own, so that a server
   *   which takes no more of them is noticed
   */
  constructor(url: string, laneCount: number, keepsConnections: boolean) {
    this.#agent = new Agent({ keepAlive: keepsConnections });
    this.over = Promise.all(Array.from({ length: laneCount }, () => this.#runLane(url)));
  }

  async #runLane(url: string): Promise<void> {
    for (;;) {
      const id = String(++this.#orderCount);
      const status = await statusOf(`${url}/orders/${id}`, this.#agent);
      if (status !== undefined) this.answered.push(id);
      if (status !== 200) return;
      this.found.push(id);
    }
  }
}

/** The status of a complete answer. */
function statusOf(url: string, agent: Agent): Promise<number | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent }, (response) => {
      response.resume();
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode));
    });
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}
