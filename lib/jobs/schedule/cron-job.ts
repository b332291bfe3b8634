import { memberOf, replaceMember } from '../../operation/index.js';

type Callback = (this: unknown, ...args: unknown[]) => unknown;

/**
 * Replaces the callbacks of a `CronJob` of the package `cron`, those that `addCallback` adds later included.
 * The job calls them with the same `this` and arguments, and waits for their results, as before. The job can
 * be running.
 *
 * `fireOnTick` alone would not do: it does not tell the errors of callbacks, and waits for their promises only
 * with `waitForCompletion`.
 *
 * @param wrap returns the replacement of a callback
 * @returns a function that restores the job; undefined if `job` is not a job of a known version of `cron`
 */
export function hookCronJob(
  job: unknown,
  wrap: (callback: Callback) => Callback,
): (() => void) | undefined {
  if (typeof job !== 'object' || job === null) return undefined;
  const callbacks = memberOf(job, '_callbacks');
  const addCallback = memberOf(job, 'addCallback');
  if (!Array.isArray(callbacks) || typeof addCallback !== 'function') return undefined;
  const originals = new Map<unknown, Callback>();
  const wrapped = (callback: Callback): Callback => {
    const replacement = wrap(callback);
    originals.set(replacement, callback);
    return replacement;
  };
  replaceEach(callbacks, (callback) =>
    typeof callback === 'function' ? wrapped(callback as Callback) : callback,
  );
  const restore = replaceMember(job, 'addCallback', function (this: unknown, callback: unknown) {
    const added = typeof callback === 'function' ? wrapped(callback as Callback) : callback;
    return Reflect.apply(addCallback, this, [added]);
  });
  return () => {
    restore();
    replaceEach(callbacks, (callback) => originals.get(callback) ?? callback);
  };
}

function replaceEach(values: unknown[], replacement: (value: unknown) => unknown): void {
  for (const [index, value] of values.entries()) values[index] = replacement(value);
}

/** The part of the name of a job that differs from job to job: a UUID, a long hexadecimal id, a number. */
const ID = '{id}';

/**
 * Returns the name of the spans for the name of a job. Applications often put an id into the names of jobs that
 * they add, such as `reminder-42`, but the names of spans must be of low cardinality: it becomes `reminder-{id}`.
 * Digits that are part of a word, such as in `top10`, stay.
 */
export function spanNameOfJob(name: string): string {
  const ids =
    /(?<![\p{L}\p{N}])(?:[\da-f]{8}-(?:[\da-f]{4}-){3}[\da-f]{12}|(?=[a-f]*\d)[\da-f]{16,}|\d+)(?![\p{L}\p{N}])/giu;
  return name.replace(ids, ID) || 'cron job';
}
