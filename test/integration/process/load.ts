import { request } from 'node:http';

/** Asks a server for orders, one after the other in each of its lanes, until it takes no more. */
export class Load {
  /** The numbers of the orders that were asked for and answered to the end, also by a refusal. */
  readonly answered: string[] = [];
  /** Those that were found. */
  readonly found: string[] = [];
  /** Resolves when no lane is served any more. */
  readonly over: Promise<unknown>;
  #orderCount = 0;

  constructor(url: string, laneCount: number) {
    this.over = Promise.all(Array.from({ length: laneCount }, () => this.#runLane(url)));
  }

  async #runLane(url: string): Promise<void> {
    for (;;) {
      const id = String(++this.#orderCount);
      const status = await statusOf(`${url}/orders/${id}`);
      if (status !== undefined) this.answered.push(id);
      if (status !== 200) return;
      this.found.push(id);
    }
  }
}

/** Asked over a connection of its own, so that a server which takes no more of them is noticed. */
function statusOf(url: string): Promise<number | undefined> {
  return new Promise((resolve) => {
    const outgoing = request(url, { agent: false }, (response) => {
      response.resume();
      response.on('error', () => resolve(undefined));
      response.on('end', () => resolve(response.statusCode));
    });
    outgoing.on('error', () => resolve(undefined));
    outgoing.end();
  });
}
