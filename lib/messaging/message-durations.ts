import { DURATION_BOUNDS, type DurationPlan, type SeriesPath } from '../context/index.js';
import {
  ERROR_TYPE,
  MESSAGING_CONSUMER_GROUP_NAME,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_DESTINATION_PARTITION_ID,
  MESSAGING_DESTINATION_TEMPLATE,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';
import { isTemplate } from './message-attributes.js';
import type { ReceivedMessage, SentMessage } from './message-info.js';

// Semantic conventions 1.45.0, `docs/messaging/messaging-metrics.md`.

/** How long messages are sent, and for requests until their answer. */
export const SEND_DURATION: DurationPlan = {
  name: 'messaging.client.operation.duration',
  description: 'Duration of messaging operation initiated by a producer or consumer client.',
  bounds: DURATION_BOUNDS,
  attributes: [
    MESSAGING_SYSTEM_NAME,
    MESSAGING_OPERATION_NAME,
    MESSAGING_OPERATION_TYPE,
    SERVER_ADDRESS,
    SERVER_PORT,
    MESSAGING_DESTINATION_NAME,
    ERROR_TYPE,
  ],
};

/** How long received messages are processed. */
export const PROCESS_DURATION: DurationPlan = {
  name: 'messaging.process.duration',
  description: 'Duration of processing operation.',
  bounds: DURATION_BOUNDS,
  attributes: [
    MESSAGING_SYSTEM_NAME,
    MESSAGING_OPERATION_NAME,
    SERVER_ADDRESS,
    SERVER_PORT,
    MESSAGING_CONSUMER_GROUP_NAME,
    MESSAGING_DESTINATION_NAME,
    MESSAGING_DESTINATION_TEMPLATE,
    MESSAGING_DESTINATION_PARTITION_ID,
    ERROR_TYPE,
  ],
};

/**
 * The path of a sent message in {@link SEND_DURATION}, without its error.
 *
 * @param hasGeneratedName whether the destination is one of many that were made for one answer each
 */
export function sentPath(
  root: SeriesPath,
  { system, server, destination }: SentMessage,
  hasGeneratedName: boolean,
): SeriesPath {
  const path = root.with(system).with('send').with('send');
  const at = path.with(server?.host).with(server?.port);
  return at.with(hasGeneratedName ? undefined : destination);
}

/**
 * The path of a received message in {@link PROCESS_DURATION}, without its error. Destinations that senders choose make
 * no series each: those of a pattern with wildcards, and those that no handler takes.
 */
export function processedPath(root: SeriesPath, message: ReceivedMessage): SeriesPath {
  const { system, server, consumerGroup, destination, pattern, partition } = message;
  const path = root.with(system).with('process').with(server?.host).with(server?.port);
  const hasTemplate = isTemplate(message);
  return path
    .with(consumerGroup)
    .with(hasTemplate || pattern === undefined ? undefined : destination)
    .with(hasTemplate ? pattern : undefined)
    .with(partition === undefined ? undefined : String(partition));
}
