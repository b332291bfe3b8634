/** What X-Ray assigns to this process for one rule. Members that the response does not have are undefined. */
export interface XRayTarget {
  readonly ruleName: string;
  /** 0 to 1. */
  readonly fixedRate: number | undefined;
  /** Traces per second. */
  readonly quota: number | undefined;
  readonly quotaEndEpochMillis: number | undefined;
  /** Time to the next report about the rule, in milliseconds. */
  readonly intervalMillis: number | undefined;
}

/** The targets, and what else the response says. */
export interface XRayTargets {
  readonly targets: readonly XRayTarget[];
  /** When a rule was last changed; undefined if the response does not say so. */
  readonly lastRuleModificationEpochMillis: number | undefined;
  /** The error codes of reports that X-Ray has not processed, by the name of the rule. */
  readonly unprocessed: ReadonlyMap<string, string>;
}

const MAX_QUOTA = 1e9;
const MAX_INTERVAL_SECONDS = 24 * 60 * 60;

/**
 * Reads a response of `SamplingTargets`. Documents without the name of a rule are ignored, and so are invalid numbers.
 * Spec: AWS X-Ray API Reference, `GetSamplingTargets`.
 *
 * @throws TypeError if it is no such response
 */
export function parseTargets(response: unknown): XRayTargets {
  const {
    SamplingTargetDocuments: documents,
    LastRuleModification: lastModification,
    UnprocessedStatistics: unprocessed,
  } = (response ?? {}) as Record<string, unknown>;
  if (!Array.isArray(documents)) throw new TypeError('SamplingTargetDocuments is not an array');
  return {
    targets: documents.map(parseTarget).filter((target) => target !== undefined),
    lastRuleModificationEpochMillis: epochMillisOf(lastModification),
    unprocessed: parseUnprocessed(unprocessed),
  };
}

function parseTarget(given: unknown): XRayTarget | undefined {
  const document = (given ?? {}) as Record<string, unknown>;
  if (typeof document.RuleName !== 'string') return undefined;
  const intervalSeconds = numberOf(document.Interval, MAX_INTERVAL_SECONDS);
  return {
    ruleName: document.RuleName,
    fixedRate: numberOf(document.FixedRate, 1),
    quota: numberOf(document.ReservoirQuota, MAX_QUOTA),
    quotaEndEpochMillis: epochMillisOf(document.ReservoirQuotaTTL),
    intervalMillis: intervalSeconds === undefined ? undefined : intervalSeconds * 1000,
  };
}

function parseUnprocessed(given: unknown): Map<string, string> {
  const codes = new Map<string, string>();
  if (!Array.isArray(given)) return codes;
  for (const item of given) {
    const { RuleName: name, ErrorCode: code } = (item ?? {}) as Record<string, unknown>;
    if (typeof name === 'string') codes.set(name, String(code));
  }
  return codes;
}

/** Times are seconds with a fraction, and texts where a proxy converts them. */
function epochMillisOf(time: unknown): number | undefined {
  if (typeof time === 'string') {
    const millis = Date.parse(time);
    return Number.isNaN(millis) ? undefined : millis;
  }
  const seconds = numberOf(time, Number.MAX_SAFE_INTEGER / 1000);
  return seconds === undefined ? undefined : seconds * 1000;
}

function numberOf(value: unknown, max: number): number | undefined {
  return typeof value === 'number' && value >= 0 && value <= max ? value : undefined;
}
