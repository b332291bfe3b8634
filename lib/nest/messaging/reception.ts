import type { Attributes } from '@opentelemetry/api';
import type { EntryOperation } from '../../context/index.js';
import type {
  MessageConsumerHandler,
  MessageConsumerOperation,
  ReceivedMessage,
} from '../../messaging/index.js';
import type { NestPacket } from './packet-context.js';

/**
 * A message from its arrival at a server of Nest until the server has called its handler. It is the entry
 * of the context in between, so that the hooks for the deserializer and for the handler know which message
 * they belong to.
 */
export class Reception implements EntryOperation {
  /** The argument and the result of the deserializer. */
  raw: unknown = undefined;
  packet: NestPacket | undefined = undefined;
  isDeserialized = false;
  /** Set when the handler is called. */
  operation: MessageConsumerOperation | undefined = undefined;
  isHandled = false;
  /** True if only the handler saw the message: {@link args} are those of the handler. */
  isPassedDirectly = false;
  /** Events of a message that has no operation yet. */
  private events: [name: string, attributes: Attributes | undefined][] | undefined = undefined;

  /**
   * @param args the arguments of `handleMessage`
   * @param describe creates the description of the message
   */
  constructor(
    public args: readonly unknown[],
    private readonly describe: (reception: Reception, wantsBodySize: boolean) => ReceivedMessage,
  ) {}

  exceptionCaught(exception: unknown): void {
    this.operation?.exceptionCaught(exception);
  }

  /** Adds an event to the span of the message. */
  addEvent(name: string, attributes?: Attributes): void {
    if (this.operation !== undefined) {
      this.operation.addEvent(name, attributes);
      return;
    }
    this.events ??= [];
    this.events.push([name, attributes]);
  }

  /**
   * The handler is called with the message. Releases the message, because a timer or cache of the
   * deserializer can keep the context.
   */
  handledBy(operation: MessageConsumerOperation | undefined): void {
    this.operation = operation;
    this.release();
  }

  /** The server has processed the message, and did not call a handler if {@link isHandled} is false. */
  processed(consumer: MessageConsumerHandler): void {
    // Without a packet, the server has discarded the message.
    if (!this.isHandled && this.isDeserialized) this.begin(consumer)?.finishUnhandled();
    this.release();
  }

  /** The server failed before it called a handler. A failure after that belongs to the handler. */
  failed(consumer: MessageConsumerHandler, error: unknown): void {
    if (!this.isHandled) this.begin(consumer)?.fail(error);
    this.release();
  }

  private begin(consumer: MessageConsumerHandler): MessageConsumerOperation | undefined {
    const operation = consumer.begin(this.describe(this, consumer.wantsBodySize));
    for (const [name, attributes] of this.events ?? []) operation?.addEvent(name, attributes);
    return operation;
  }

  private release(): void {
    this.args = NOTHING;
    this.raw = undefined;
    this.packet = undefined;
  }
}

const NOTHING: readonly unknown[] = Object.freeze([]);
