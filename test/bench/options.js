import { parseArgs } from 'node:util';

/** How long a full run and a quick one measure. */
const FULL = {
  micro: {
    rounds: 5,
    warmMillis: 2500,
    samples: 15,
    sampleMillis: 40,
    turns: 40,
    turnMillis: 100,
    byteRounds: 3,
  },
  application: { rounds: 7, warmSeconds: 2, loadSeconds: 4, blockRounds: 7 },
  fixedRate: { cycles: 15, warmSeconds: 5, sliceSeconds: 2 },
  delivery: { rounds: 3, seconds: 60 },
  load: { rounds: 15 },
  viewer: { rounds: 3, spans: 1_000_000, liveSeconds: 30, warmSeconds: 2, loadSeconds: 4 },
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
  fixedRate: { cycles: 1, warmSeconds: 1, sliceSeconds: 1 },
  delivery: { rounds: 1, seconds: 5 },
  load: { rounds: 3 },
  viewer: { rounds: 1, spans: 100_000, liveSeconds: 5, warmSeconds: 1, loadSeconds: 1 },
};

const PARTS = ['micro', 'application', 'fixed-rate', 'delivery', 'load', 'viewer'];

/**
 *     --quick              fewer and shorter rounds; RESULTS.md is left as it is
 *     --part micro         only one of the parts: see `PARTS`; repeatable
 *     --case unsampled     only the cases, platforms or variants with that in their name; repeatable
 *     --rounds 9           that many rounds
 *     --seconds 60         how long the live queue is filled
 *     --seed 7             another order of the slices at a fixed rate
 *     --write, --no-write  whether the figures of the measured parts are kept, and RESULTS.md is written;
 *                          only full runs of everything do by default
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
      seconds: { type: 'string' },
      seed: { type: 'string', default: '1' },
      write: { type: 'boolean' },
    },
  });
  const { micro, application, fixedRate, delivery, load, viewer } = values.quick ? QUICK : FULL;
  const given = (name) => (values[name] === undefined ? undefined : Number(values[name]));
  const rounds = given('rounds');
  if (values.write && values.case) {
    throw new Error('--write replaces the figures of whole parts: leave --case out');
  }
  const everything = !values.quick && !values.part && !values.case;
  return {
    quick: values.quick,
    parts: new Set((values.part ?? PARTS).map(checkPart)),
    selects: (name) => !values.case || values.case.some((part) => name.includes(part)),
    write: values.write ?? everything,
    micro: { ...micro, rounds: rounds ?? micro.rounds },
    application: { ...application, rounds: rounds ?? application.rounds },
    fixedRate: { ...fixedRate, cycles: rounds ?? fixedRate.cycles, seed: given('seed') },
    delivery: {
      rounds: rounds ?? delivery.rounds,
      seconds: given('seconds') ?? delivery.seconds,
    },
    load: { rounds: rounds ?? load.rounds },
    viewer: { ...viewer, rounds: rounds ?? viewer.rounds },
  };
}

function checkPart(part) {
  if (!PARTS.includes(part)) throw new Error(`--part ${part}: the parts are ${PARTS.join(', ')}`);
  return part;
}
