import { checkCount, checkMillis, checkNumber } from '../../option-checks.js';

/** How often and how fast a request is retried. */
export interface ExporterRetryOptions {
  /** Retries of one request; 0 to 100. @default 5 */
  readonly maxRetries?: number;
  /** The wait before the first retry. @default 1000 */
  readonly initialBackoffMillis?: number;
  /** The longest wait. @default 5000 */
  readonly maxBackoffMillis?: number;
  /** The factor from each wait to the next; 1 to 10. @default 1.5 */
  readonly multiplier?: number;
  /**
   * The share by which a wait is randomly longer or shorter, so that many services do not retry at the
   * same moment; 0 to 1. @default 0.2
   */
  readonly jitterRatio?: number;
}

/** {@link ExporterRetryOptions}, checked and complete. */
export type RetryPolicy = Required<ExporterRetryOptions>;

/** The longest form of a date takes 33 characters. */
const MAX_HEADER_LENGTH = 100;

/** @throws TracingConfigError for a number outside its range */
export function createRetryPolicy(owner: string, options: ExporterRetryOptions = {}): RetryPolicy {
  const name = (option: keyof ExporterRetryOptions) => `${owner}.retry.${option}`;
  return {
    maxRetries: checkCount(name('maxRetries'), options.maxRetries, 5, 0, 100),
    initialBackoffMillis: checkMillis(
      name('initialBackoffMillis'),
      options.initialBackoffMillis,
      1000,
      0,
    ),
    maxBackoffMillis: checkMillis(name('maxBackoffMillis'), options.maxBackoffMillis, 5000, 0),
    multiplier: checkNumber(name('multiplier'), options.multiplier, 1.5, 1, 10),
    jitterRatio: checkNumber(name('jitterRatio'), options.jitterRatio, 0.2, 0, 1),
  };
}

/**
 * The wait before a request is sent again.
 *
 * @param retryCount earlier retries; 0 for the first
 * @param random from 0 up to, not including, 1
 */
export function backoffMillis(
  policy: RetryPolicy,
  retryCount: number,
  random: () => number = Math.random,
): number {
  const { initialBackoffMillis, maxBackoffMillis, multiplier, jitterRatio } = policy;
  const wait = Math.min(initialBackoffMillis * multiplier ** retryCount, maxBackoffMillis);
  return wait * (1 + jitterRatio * (2 * random() - 1));
}

/**
 * The wait that the header `Retry-After` asks for, which is given in seconds or as a date. Spec: RFC 9110,
 * section 10.2.3.
 *
 * @returns milliseconds from now, 0 for a date in the past; undefined without a readable header
 */
export function parseRetryAfter(
  header: string | undefined,
  nowEpochMillis: number,
): number | undefined {
  if (header === undefined || header.length > MAX_HEADER_LENGTH) return undefined;
  const text = header.trim();
  if (/^\d+$/.test(text)) return Number(text) * 1000;
  // Every form of HTTP-date begins with the name of a day; `Date.parse` takes far more than dates.
  if (!/^[A-Z][a-z]{2}/.test(text)) return undefined;
  // The oldest form has no time zone; all forms are in GMT.
  const epochMillis = Date.parse(text.endsWith('GMT') ? text : `${text} GMT`);
  return Number.isNaN(epochMillis) ? undefined : Math.max(0, epochMillis - nowEpochMillis);
}
