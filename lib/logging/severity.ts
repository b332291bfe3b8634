// OpenTelemetry, `logs/data-model.md#field-severitynumber` and `logs/data-model-appendix.md`.
const TRACE = 1;
const DEBUG = 5;
const INFO = 9;
const WARN = 13;
const ERROR = 17;
const FATAL = 21;
const FATAL4 = 24;

/** The names of levels of pino, of winston's `npm`, `cli` and `syslog` levels, and of loggers of Nest. */
const BY_NAME: Readonly<Record<string, number>> = {
  silly: TRACE,
  input: TRACE,
  trace: TRACE,
  prompt: TRACE + 1,
  debug: DEBUG,
  verbose: DEBUG + 1,
  http: DEBUG + 2,
  log: INFO,
  info: INFO,
  data: INFO,
  help: INFO,
  success: INFO,
  notice: INFO + 1,
  warn: WARN,
  warning: WARN,
  error: ERROR,
  err: ERROR,
  crit: ERROR + 1,
  critical: ERROR + 1,
  alert: ERROR + 2,
  fatal: FATAL,
  emerg: FATAL,
  emergency: FATAL,
};

/** Nest's levels. `verbose` is the lowest one, as in pino's adapter for Nest: below `debug`, unlike in winston. */
export const SEVERITY_OF_NEST_LEVEL: Readonly<Record<string, number>> = {
  verbose: TRACE,
  debug: DEBUG,
  log: INFO,
  warn: WARN,
  error: ERROR,
  fatal: FATAL,
};

/** Returns the severity of a level by its name; 0, which means unknown, for any other name. */
export function severityOfName(name: string): number {
  return Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] as number) : 0;
}

/** The distance between two levels of pino, and the number of severities in this distance. */
const PINO_STEP = 10;
const SEVERITY_STEP = DEBUG - TRACE;

/** Returns the severity of a number of pino, 10 (trace) to 60 (fatal); of a custom level, one in between. */
export function severityOfNumber(level: number): number {
  if (!Number.isFinite(level)) return 0;
  const severity = Math.floor(TRACE + ((level - PINO_STEP) / PINO_STEP) * SEVERITY_STEP);
  return Math.min(Math.max(severity, TRACE), FATAL4);
}
