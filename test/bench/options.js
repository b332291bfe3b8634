import { parseArgs } from 'node:util';

/** How long a full run and a quick one measure. */
const FULL = {
  micro: {
    rounds: 7,
    warmMillis: 500,
    samples: 12,
    sampleMillis: 30,
    turns: 40,
    turnMillis: 100,
    byteRounds: 3,
  },
  application: { rounds: 7, warmSeconds: 2, loadSeconds: 4, blockRounds: 7 },
  load: { rounds: 15 },
};
const QUICK = {
  micro: {
    rounds: 1,
    warmMillis: 150,
    samples: 4,
    sampleMillis: 15,
    turns: 20,
    turnMillis: 100,
    byteRounds: 1,
  },
  application: { rounds: 1, warmSeconds: 1, loadSeconds: 1, blockRounds: 1 },
  load: { rounds: 3 },
};

/**
 *     --quick              fewer and shorter rounds; RESULTS.md is left as it is
 *     --part micro         only the micro cases, only the `application` or only the `load`; repeatable
 *     --case unsampled     only the cases, platforms or variants with that in their name; repeatable
 *     --rounds 9           that many rounds
 *     --write, --no-write  whether RESULTS.md is written; only full runs of everything do by default
 */
export function readOptions(args) {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      quick: { type: 'boolean', default: false },
      part: { type: 'string', multiple: true },
      case: { type: 'string', multiple: true },
      rounds: { type: 'string' },
      write: { type: 'boolean' },
    },
  });
  const { micro, application, load } = values.quick ? QUICK : FULL;
  const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
  const everything = !values.quick && !values.part && !values.case;
  return {
    quick: values.quick,
    parts: new Set(values.part ?? ['micro', 'application', 'load']),
    selects: (name) => !values.case || values.case.some((part) => name.includes(part)),
    write: values.write ?? everything,
    micro: { ...micro, rounds: rounds ?? micro.rounds },
    application: { ...application, rounds: rounds ?? application.rounds },
    load: { rounds: rounds ?? load.rounds },
  };
}
