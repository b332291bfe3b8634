/** What a Jaeger server says about the traces of a service. All numbers are checked. */
export type JaegerStrategy =
  | { readonly type: 'probabilistic'; readonly samplingRate: number }
  | { readonly type: 'ratelimiting'; readonly maxTracesPerSecond: number }
  | JaegerOperationStrategies;

/** Probabilities of single operations. */
export interface JaegerOperationStrategies {
  readonly type: 'operations';
  /** Of operations that are not listed. */
  readonly defaultSamplingRate: number;
  /** Traces per second of each operation that are kept at least, if it has so many. 0 for none. */
  readonly lowerBoundTracesPerSecond: number;
  /** Traces per second of each operation that are kept at most; undefined for no bound. */
  readonly upperBoundTracesPerSecond: number | undefined;
  readonly samplingRates: ReadonlyMap<string, number>;
}

/** Rates above it keep everything in practice. Larger numbers would lose the precision of counting. */
const MAX_TRACES_PER_SECOND = 1e9;

/**
 * Reads the response of `/sampling`. As in all JSON of protocol buffers, a missing number is 0.
 * Spec: Jaeger, `jaeger-idl/proto/api_v2/sampling.proto`.
 *
 * @param maxOperations the number of listed operations that are read; further ones are ignored
 * @throws TypeError with the name of the member that is invalid
 */
export function parseJaegerStrategy(response: unknown, maxOperations: number): JaegerStrategy {
  const { strategyType, probabilisticSampling, rateLimitingSampling, operationSampling } = objectAt(
    'the response',
    response,
  );
  if (isGiven(operationSampling)) return readOperations(operationSampling, maxOperations);
  if (isRateLimiting(strategyType)) {
    const { maxTracesPerSecond } = objectAt('rateLimitingSampling', rateLimitingSampling);
    return {
      type: 'ratelimiting',
      maxTracesPerSecond: numberAt('maxTracesPerSecond', maxTracesPerSecond, MAX_TRACES_PER_SECOND),
    };
  }
  return { type: 'probabilistic', samplingRate: readRate(probabilisticSampling) };
}

function readOperations(given: unknown, maxOperations: number): JaegerOperationStrategies {
  const {
    defaultSamplingProbability,
    defaultLowerBoundTracesPerSecond,
    defaultUpperBoundTracesPerSecond,
    perOperationStrategies,
  } = objectAt('operationSampling', given);
  const listed = isGiven(perOperationStrategies) ? perOperationStrategies : [];
  if (!Array.isArray(listed)) throw new TypeError('perOperationStrategies is not an array');
  const samplingRates = new Map<string, number>();
  for (const item of listed) {
    const { operation, probabilisticSampling } = objectAt('perOperationStrategies', item);
    if (typeof operation !== 'string') throw new TypeError('operation is not a string');
    if (samplingRates.size === maxOperations && !samplingRates.has(operation)) continue;
    samplingRates.set(operation, readRate(probabilisticSampling));
  }
  const upper = numberAt(
    'defaultUpperBoundTracesPerSecond',
    defaultUpperBoundTracesPerSecond,
    MAX_TRACES_PER_SECOND,
  );
  return {
    type: 'operations',
    defaultSamplingRate: numberAt('defaultSamplingProbability', defaultSamplingProbability, 1),
    lowerBoundTracesPerSecond: numberAt(
      'defaultLowerBoundTracesPerSecond',
      defaultLowerBoundTracesPerSecond,
      MAX_TRACES_PER_SECOND,
    ),
    upperBoundTracesPerSecond: upper === 0 ? undefined : upper,
    samplingRates,
  };
}

function readRate(given: unknown): number {
  const { samplingRate } = objectAt('probabilisticSampling', given);
  return numberAt('samplingRate', samplingRate, 1);
}

/** The enumeration is a name or a number. Its default, 0, is the probabilistic strategy. */
function isRateLimiting(strategyType: unknown): boolean {
  if (strategyType === 'RATE_LIMITING' || strategyType === 1) return true;
  if (!isGiven(strategyType) || strategyType === 'PROBABILISTIC' || strategyType === 0)
    return false;
  throw new TypeError('strategyType is unknown');
}

function numberAt(name: string, value: unknown, max: number): number {
  if (!isGiven(value)) return 0;
  if (typeof value === 'number' && value >= 0 && value <= max) return value;
  throw new TypeError(`${name} is not a number from 0 to ${max}`);
}

function objectAt(name: string, value: unknown): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>;
  }
  throw new TypeError(`${name} is not an object`);
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}
