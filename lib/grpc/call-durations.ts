import { DURATION_BOUNDS, type DurationPlan } from '../context/index.js';
import {
  ERROR_TYPE,
  RPC_METHOD,
  RPC_STATUS_CODE,
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
} from './attributes.js';

// Semantic conventions 1.45.0, `docs/rpc/rpc-metrics.md`.

const ATTRIBUTES = [
  RPC_SYSTEM_NAME,
  SERVER_ADDRESS,
  SERVER_PORT,
  RPC_METHOD,
  RPC_STATUS_CODE,
  ERROR_TYPE,
];

/** The durations of incoming calls. `server.*` are opt-in. */
export const SERVER_DURATION: DurationPlan = {
  name: 'rpc.server.call.duration',
  description: 'Measures the duration of an incoming Remote Procedure Call (RPC).',
  bounds: DURATION_BOUNDS,
  attributes: ATTRIBUTES,
};

/** The durations of outgoing calls. */
export const CLIENT_DURATION: DurationPlan = {
  name: 'rpc.client.call.duration',
  description: 'Measures the duration of an outgoing Remote Procedure Call (RPC).',
  bounds: DURATION_BOUNDS,
  attributes: ATTRIBUTES,
};
