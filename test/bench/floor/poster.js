import { Agent, request } from 'node:http';

/** Posts OTLP bodies, one after the other, over a kept connection. */
export class Poster {
  droppedCount = 0;
  #maxWaiting;
  #options;
  #url;
  #waiting = [];
  #underWay = undefined;

  /** @param maxWaiting bodies that may wait for the one that is sent; one more is dropped */
  constructor(url, maxWaiting) {
    this.#url = url;
    this.#maxWaiting = maxWaiting;
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    this.#options = { agent, method: 'POST' };
  }

  /** @returns false: the body is read until it has been sent */
  post(body) {
    if (this.#underWay === undefined) this.#begin(body);
    else if (this.#waiting.length < this.#maxWaiting) this.#waiting.push(body);
    else this.droppedCount++;
    return false;
  }

  /** Resolves when nothing waits any more. */
  async whenIdle() {
    while (this.#underWay !== undefined) await this.#underWay;
  }

  #begin(body) {
    this.#underWay = this.#send(body)
      .catch(() => {
        this.droppedCount++;
      })
      .then(() => {
        this.#underWay = undefined;
        const next = this.#waiting.shift();
        if (next !== undefined) this.#begin(next);
      });
  }

  #send(body) {
    const headers = { 'content-type': 'application/x-protobuf', 'content-length': body.length };
    return new Promise((resolve, reject) => {
      const sent = request(this.#url, { ...this.#options, headers }, (response) => {
        response.resume();
        response.on('end', resolve);
      });
      sent.on('error', reject);
      sent.end(body);
    });
  }
}
