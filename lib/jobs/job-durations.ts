import { DURATION_BOUNDS, type DurationPlan } from '../context/index.js';
import {
  ERROR_TYPE,
  MESSAGING_DESTINATION_NAME,
  MESSAGING_OPERATION_NAME,
  MESSAGING_OPERATION_TYPE,
  MESSAGING_SYSTEM_NAME,
} from './attributes.js';

// Semantic conventions 1.45.0, `docs/messaging/messaging-metrics.md`.

/** How long it takes to add jobs to a queue. */
export const ADD_DURATION: DurationPlan = {
  name: 'messaging.client.operation.duration',
  description: 'Duration of messaging operation initiated by a producer or consumer client.',
  bounds: DURATION_BOUNDS,
  attributes: [
    MESSAGING_SYSTEM_NAME,
    MESSAGING_OPERATION_NAME,
    MESSAGING_OPERATION_TYPE,
    MESSAGING_DESTINATION_NAME,
    ERROR_TYPE,
  ],
};

/** How long jobs are processed. */
export const PROCESS_DURATION: DurationPlan = {
  name: 'messaging.process.duration',
  description: 'Duration of processing operation.',
  bounds: DURATION_BOUNDS,
  attributes: [
    MESSAGING_SYSTEM_NAME,
    MESSAGING_OPERATION_NAME,
    MESSAGING_DESTINATION_NAME,
    ERROR_TYPE,
  ],
};
