// Semantic conventions 1.45.0, `docs/messaging/messaging-spans.md`, `docs/messaging/kafka.md`,
// `docs/messaging/rabbitmq.md`, `docs/general/attributes.md`, `docs/code/code-attributes.md`.

export const CODE_FUNCTION_NAME = 'code.function.name';
export const ERROR_TYPE = 'error.type';
export const KAFKA_MESSAGE_KEY = 'kafka.message.key';
export const KAFKA_MESSAGE_TOMBSTONE = 'kafka.message.tombstone';
export const KAFKA_OFFSET = 'kafka.offset';
export const MESSAGING_BATCH_MESSAGE_COUNT = 'messaging.batch.message_count';
export const MESSAGING_CONSUMER_GROUP_NAME = 'messaging.consumer.group.name';
export const MESSAGING_DESTINATION_NAME = 'messaging.destination.name';
export const MESSAGING_DESTINATION_PARTITION_ID = 'messaging.destination.partition.id';
export const MESSAGING_DESTINATION_TEMPLATE = 'messaging.destination.template';
export const MESSAGING_MESSAGE_BODY_SIZE = 'messaging.message.body.size';
export const MESSAGING_MESSAGE_CONVERSATION_ID = 'messaging.message.conversation_id';
export const MESSAGING_MESSAGE_ID = 'messaging.message.id';
export const MESSAGING_OPERATION_NAME = 'messaging.operation.name';
export const MESSAGING_OPERATION_TYPE = 'messaging.operation.type';
export const MESSAGING_SYSTEM_NAME = 'messaging.system.name';
export const NETWORK_PEER_ADDRESS = 'network.peer.address';
export const NETWORK_PEER_PORT = 'network.peer.port';
export const RABBITMQ_DESTINATION_ROUTING_KEY = 'rabbitmq.destination.routing_key';
export const RABBITMQ_MESSAGE_DELIVERY_TAG = 'rabbitmq.message.delivery_tag';
export const SERVER_ADDRESS = 'server.address';
export const SERVER_PORT = 'server.port';

/** The value of {@link ERROR_TYPE} for errors that have no class, such as those in answers. */
export const OTHER_ERROR = '_OTHER';

/** Not in the conventions: the pattern of Nest, if it is not a part of the destination's name. */
export const PATTERN = 'nestjs_traced.messaging.pattern';

/** Not in the conventions: the value of {@link ERROR_TYPE} for a message without a handler. */
export const NO_HANDLER = 'no_handler';
