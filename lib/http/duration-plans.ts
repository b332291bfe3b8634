import { DURATION_BOUNDS, type DurationPlan } from '../context/index.js';
import {
  ERROR_TYPE,
  HTTP_REQUEST_METHOD,
  HTTP_RESPONSE_STATUS_CODE,
  HTTP_ROUTE,
  NETWORK_PROTOCOL_VERSION,
  SERVER_ADDRESS,
  SERVER_PORT,
  URL_SCHEME,
} from './attributes.js';

// Semantic conventions 1.45.0, `docs/http/http-metrics.md`.

const SERVER = {
  name: 'http.server.request.duration',
  description: 'Duration of HTTP server requests.',
  bounds: DURATION_BOUNDS,
} as const;

const CONNECTION = [URL_SCHEME, NETWORK_PROTOCOL_VERSION];
const REQUEST = [HTTP_REQUEST_METHOD, HTTP_ROUTE, HTTP_RESPONSE_STATUS_CODE, ERROR_TYPE];

/** The durations of requests to a server. */
export const SERVER_DURATION: DurationPlan = {
  ...SERVER,
  attributes: [...CONNECTION, ...REQUEST],
};

/** {@link SERVER_DURATION} with `server.*`, which are opt-in. */
export const SERVER_DURATION_WITH_ADDRESS: DurationPlan = {
  ...SERVER,
  attributes: [...CONNECTION, SERVER_ADDRESS, SERVER_PORT, ...REQUEST],
};

/** The durations of requests that a client sends. */
export const CLIENT_DURATION: DurationPlan = {
  name: 'http.client.request.duration',
  description: 'Duration of HTTP client requests.',
  bounds: DURATION_BOUNDS,
  attributes: [
    SERVER_ADDRESS,
    SERVER_PORT,
    HTTP_REQUEST_METHOD,
    NETWORK_PROTOCOL_VERSION,
    HTTP_RESPONSE_STATUS_CODE,
    ERROR_TYPE,
  ],
};
