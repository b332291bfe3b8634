import type { LocalSpan } from '../context/index.js';
import { RPC_MESSAGE_EVENT, RPC_MESSAGE_ID, RPC_MESSAGE_TYPE } from './attributes.js';

/**
 * Adds an event for each message of a call, numbered from 1 in each direction.
 *
 * Spec: `docs/rpc/rpc-spans.md`, "Message event".
 */
export class MessageEvents {
  #sentCount = 0;
  #receivedCount = 0;
  readonly #span: LocalSpan;

  constructor(span: LocalSpan) {
    this.#span = span;
  }

  sent(): void {
    this.#add('SENT', ++this.#sentCount);
  }

  received(): void {
    this.#add('RECEIVED', ++this.#receivedCount);
  }

  #add(type: string, id: number): void {
    // Messages can arrive after a call was cancelled.
    if (!this.#span.isRecording()) return;
    this.#span.addEvent(RPC_MESSAGE_EVENT, { [RPC_MESSAGE_TYPE]: type, [RPC_MESSAGE_ID]: id });
  }
}
