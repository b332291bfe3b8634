import { Agent, type ClientRequest, request } from 'node:http';
import { contextStorage } from '../../context/index.js';
import { parseResponse } from '../../export/otlp/response.js';

const CONTENT_TYPE = 'application/x-protobuf';
/** A viewer on this machine answers at once. */
const TIMEOUT_MILLIS = 2_000;
const MAX_RESPONSE_BYTES = 64 * 1024;

/** What became of a report. */
export type SendOutcome =
  /** The viewer has it; `unknown` if it asks for spans that the report named by their ids only. */
  'accepted' | 'unknown' | 'failed';

/**
 * Posts reports to a viewer, each once. Unlike an exporter it neither retries nor keeps the process alive: the
 * next report says the same, and more. Requests are not traced.
 */
export class OpenSpanSender {
  readonly #url: URL;
  readonly #headers: Readonly<Record<string, string>>;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: 1 });
  #underWay: ClientRequest | undefined;

  /** @param url the whole URL; its scheme is `http:` */
  constructor(url: string, headers: Readonly<Record<string, string>>) {
    this.#url = new URL(url);
    this.#headers = headers;
  }

  /** Never rejects. Called again when the promise of the last call has resolved. */
  send(body: Buffer): Promise<SendOutcome> {
    return contextStorage.runSuppressed(
      () =>
        new Promise<SendOutcome>((resolve) => {
          const headers = {
            ...this.#headers,
            'content-type': CONTENT_TYPE,
            'content-length': String(body.length),
          };
          const outgoing = request(this.#url, {
            method: 'POST',
            headers,
            agent: this.#agent,
            timeout: TIMEOUT_MILLIS,
          });
          this.#underWay = outgoing;
          const chunks: Buffer[] = [];
          let length = 0;
          outgoing.on('socket', (socket) => socket.unref());
          outgoing.on('timeout', () => outgoing.destroy());
          outgoing.on('error', () => resolve('failed'));
          // Also a request that was destroyed before its response.
          outgoing.on('close', () => resolve('failed'));
          outgoing.on('response', (response) => {
            response.on('data', (chunk: Buffer) => {
              length += chunk.length;
              if (length > MAX_RESPONSE_BYTES) outgoing.destroy();
              else chunks.push(chunk);
            });
            response.on('error', () => resolve('failed'));
            response.on('end', () =>
              resolve(
                response.statusCode === 200
                  ? outcomeOf(Buffer.concat(chunks), response.headers['content-type'])
                  : 'failed',
              ),
            );
          });
          outgoing.end(body);
        }),
    );
  }

  /** Gives up what is under way, and closes the connection. */
  close(): void {
    this.#underWay?.destroy();
    this.#agent.destroy();
  }
}

function outcomeOf(body: Buffer, contentType: string | undefined): SendOutcome {
  try {
    const partial = parseResponse({ body, contentType }, CONTENT_TYPE);
    return (partial?.rejectedCount ?? 0) > 0 ? 'unknown' : 'accepted';
  } catch {
    return 'failed';
  }
}
