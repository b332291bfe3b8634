/** A message of kafkajs. */
export interface KafkaMessage {
  /** A text or buffer; null or undefined for a message without a key. */
  readonly key?: unknown;
  /** A text or buffer; null for a tombstone. */
  readonly value?: unknown;
  /** Set for received messages. */
  readonly offset?: unknown;
  /** The headers of the message by name. */
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** The used part of the argument of `eachMessage` of kafkajs. */
export interface KafkaMessagePayload {
  /** The topic of the message. */
  readonly topic: string;
  /** The partition of the message. */
  readonly partition: number;
  /** The received message. */
  readonly message: KafkaMessage;
}

/** The used part of the argument of `eachBatch` of kafkajs. */
export interface KafkaBatchPayload {
  /** The received messages, which are of one partition. */
  readonly batch: KafkaBatch;
}

/** Messages of one partition. */
export interface KafkaBatch {
  /** The topic of the messages. */
  readonly topic: string;
  /** The partition of the messages. */
  readonly partition: number;
  /** The received messages. */
  readonly messages: readonly KafkaMessage[];
}

/** The used members of a producer, or of a transaction, of kafkajs. */
export interface KafkaProducerShape {
  /** Sends messages to one topic. */
  // biome-ignore lint/suspicious/noExplicitAny: The types of kafkajs must be assignable.
  send(record: any): Promise<any>;
  /** Sends messages to several topics. */
  // biome-ignore lint/suspicious/noExplicitAny: The types of kafkajs must be assignable.
  sendBatch(batch: any): Promise<any>;
}
