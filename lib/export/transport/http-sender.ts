import { type SendControl, SendError, type Sender, type SenderResponse } from '../sender.js';
import { type AgentSettings, Agents } from './agents.js';
import { HttpPost, type HttpPostOptions } from './http-post.js';

/** The server, and the connections to it. All values are checked by then. */
export interface HttpSenderOptions extends HttpPostOptions, AgentSettings {}

/** Less than the second that processors of this library give an exporter to shut down. */
const CLOSE_GRACE_MILLIS = 900;

/**
 * Posts bodies to one URL over connections that stay open. A body is sent again, the very same bytes,
 * where the protocols of tracing allow it: after 429, 502, 503, 504, and when no response came.
 */
export class HttpSender implements Sender {
  /** Each request under way has a connection of its own. */
  readonly isFasterInParallel = true;
  readonly #options: HttpSenderOptions;
  readonly #agents: Agents;
  readonly #posts = new Set<HttpPost>();
  #isEnding = false;
  #abortTimer: NodeJS.Timeout | undefined;

  /** @throws TracingConfigError for unusable `tls` */
  constructor(options: HttpSenderOptions) {
    this.#options = options;
    this.#agents = new Agents(options);
  }

  async send(body: Buffer, control: SendControl): Promise<SenderResponse> {
    const { isCompressed } = this.#options;
    const sent = isCompressed ? await compress(body) : body;
    if (this.#isEnding) throw new SendError('The sender is shut down');
    control.signal?.throwIfAborted();
    const post = new HttpPost(this.#options, this.#agents, sent, control);
    this.#posts.add(post);
    try {
      const { body: received, headers } = await post.run();
      return { body: received, contentType: headers['content-type'] };
    } finally {
      this.#posts.delete(post);
    }
  }

  endSoon(): void {
    this.#isEnding = true;
    for (const post of this.#posts) post.stopRetrying();
    this.#abortTimer ??= setTimeout(() => {
      for (const post of this.#posts) post.abort('the exporter was shut down');
    }, CLOSE_GRACE_MILLIS);
  }

  async close(): Promise<void> {
    this.#isEnding = true;
    clearTimeout(this.#abortTimer);
    this.#agents.destroy();
  }
}

/** The fastest level: the processor is the bottleneck more often than the network. */
function compress(body: Buffer): Promise<Buffer> {
  const { constants, gzip } = process.getBuiltinModule('node:zlib');
  return new Promise((resolve, reject) => {
    gzip(body, { level: constants.Z_BEST_SPEED }, (error, compressed) =>
      error === null ? resolve(compressed) : reject(error),
    );
  });
}
