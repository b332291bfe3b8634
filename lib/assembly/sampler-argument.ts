import {
  type EnvironmentReader,
  RATIO_ENTRY,
  URL_ENTRY,
  WHOLE_NUMBER_ENTRY,
} from './environment-reader.js';
import { withoutUndefined } from './without-undefined.js';

/** The longest time that a timer of Node can wait. */
const MAX_TIMER_MILLIS = 2 ** 31 - 1;

/** The entries of `OTEL_TRACES_SAMPLER_ARG` for samplers that ask a server. */
export interface EnvironmentSamplerServer {
  readonly endpoint?: string;
  readonly intervalMillis?: number;
  readonly initialSamplingRate?: number;
}

/**
 * Reads `OTEL_TRACES_SAMPLER_ARG` for a sampler that asks a server. Reports invalid entries.
 *
 * Spec: `configuration/sdk-environment-variables.md`; for `xray` as the distributions of AWS read it.
 */
export function readSamplerServer(
  reader: EnvironmentReader,
  samplerName: string | undefined,
): EnvironmentSamplerServer {
  const variable = 'OTEL_TRACES_SAMPLER_ARG';
  if (samplerName === 'xray') {
    const { endpoint, polling_interval: seconds } = reader.entries(variable, {
      endpoint: URL_ENTRY,
      polling_interval: WHOLE_NUMBER_ENTRY,
    });
    const millis = seconds === undefined ? undefined : Number(seconds) * 1000;
    const intervalMillis = millis && Math.min(millis, MAX_TIMER_MILLIS);
    return withoutUndefined({ endpoint, intervalMillis });
  }
  if (samplerName?.endsWith('jaeger_remote') !== true) return {};
  const { endpoint, pollingIntervalMs, initialSamplingRate } = reader.entries(variable, {
    endpoint: URL_ENTRY,
    pollingIntervalMs: WHOLE_NUMBER_ENTRY,
    initialSamplingRate: RATIO_ENTRY,
  });
  return withoutUndefined({
    endpoint,
    intervalMillis: numberOf(pollingIntervalMs),
    initialSamplingRate: numberOf(initialSamplingRate),
  });
}

function numberOf(text: string | undefined): number | undefined {
  return text === undefined ? undefined : Number(text);
}
