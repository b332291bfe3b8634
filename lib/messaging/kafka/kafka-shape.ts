/** A message of kafkajs. */
export interface KafkaMessage {
  readonly key?: unknown;
  readonly value?: unknown;
  /** Set for received messages. */
  readonly offset?: unknown;
  readonly headers?: Readonly<Record<string, unknown>> | undefined;
}

/** The argument of `eachMessage` of kafkajs. */
export interface KafkaMessagePayload {
  readonly topic: string;
  readonly partition: number;
  readonly message: KafkaMessage;
}

/** The used part of the argument of `eachBatch` of kafkajs. */
export interface KafkaBatchPayload {
  readonly batch: {
    readonly topic: string;
    readonly partition: number;
    readonly messages: readonly KafkaMessage[];
  };
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
