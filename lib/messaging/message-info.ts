/** A message before its span starts. */
export interface MessageInfo {
  /** The messaging system (`messaging.system.name`): `kafka`, `rabbitmq`, `nats`, `mqtt`, `redis`, `tcp`. */
  readonly system: string;
  /**
   * The pattern of Nest as text, such as `orders.created`; an object as Nest normalises it, such as
   * `{"cmd":"sum"}`. For a received message it is the pattern of the handler, such as `orders.*`;
   * undefined if no handler takes the message.
   */
  readonly pattern: string | undefined;
  /** The topic, queue, subject or channel. */
  readonly destination: string | undefined;
  /** True for an event; false for a request that expects an answer. */
  readonly isEvent: boolean;
  /** The payload, as the application sends or receives it. Do not change it. */
  readonly data: unknown;
  /** The address of the broker or server; undefined if it is not known. */
  readonly server?: BrokerAddress | undefined;
  /** The id of the message, if the system has one. */
  readonly id?: string | undefined;
  /** The id that a request and its answer have in common. */
  readonly conversationId?: string | undefined;
  /** The size of the payload in bytes; undefined unless `bodySize` is set and the size is known. */
  readonly bodyBytes?: number | undefined;
  /** The routing key of RabbitMQ. */
  readonly routingKey?: string | undefined;
  /** The key of a Kafka message. */
  readonly key?: string | undefined;
  /** The number of messages, for a batch. */
  readonly batchCount?: number | undefined;
}

/** The address of a broker, or of a server of TCP. */
export interface BrokerAddress {
  /** Name or address; IPv6 without brackets. */
  readonly host: string;
  /** Undefined for the default port of the system. */
  readonly port?: number | undefined;
}

/** A message that the application sends. */
export type SentMessage = MessageInfo;

/** A message that the application receives. */
export interface ReceivedMessage extends MessageInfo {
  /**
   * The headers of the message, or the metadata of the packet for TCP and Redis; undefined if there are
   * none. The sender chooses them. Do not change them.
   */
  readonly headers: unknown;
  /** The method that handles the message, such as `OrdersController.place`. */
  readonly functionName?: string | undefined;
  /** The consumer group of Kafka, or the queue group of NATS. */
  readonly consumerGroup?: string | undefined;
  /** The partition of a Kafka message. */
  readonly partition?: number | undefined;
  /** The offset of a Kafka message. */
  readonly offset?: number | undefined;
  /** True for a Kafka message without a value. */
  readonly isTombstone?: boolean | undefined;
  /** The delivery tag of RabbitMQ. */
  readonly deliveryTag?: number | undefined;
  /** The address of the sender, for TCP. */
  readonly peer?: MessagePeer | undefined;
}

/** The address of a sender, with the names of Node's sockets. */
export interface MessagePeer {
  /** The remote address of the connection. */
  readonly remoteAddress?: string | undefined;
  /** The remote port of the connection. */
  readonly remotePort?: number | undefined;
}
