import { fileURLToPath } from 'node:url';
import { output } from '../child.js';
import { inRounds, summarize, summarizeEach } from '../rounds.js';
import { MICRO_CASES, UNTRACED_CASES } from '../targets.js';
import { measureInTurns } from './in-turns.js';

const PROBE = fileURLToPath(new URL('./probe.js', import.meta.url));

/** A young generation large enough that measuring allocations needs no collection. */
const HEAP_FLAGS = ['--expose-gc', '--min-semi-space-size=256', '--max-semi-space-size=256'];

/**
 * All micro cases of all systems: one process for each round of each.
 *
 * @returns for each case the systems' figures: CPU and wall nanoseconds and bytes an operation
 */
export async function runMicro({ selects, micro, quick }) {
  const cases = MICRO_CASES.filter(({ name }) => selects(name));
  const inTurns = cases.filter((known) => known.inTurns);
  const alone = cases.filter((known) => !known.inTurns);
  const times = await inRounds(micro.rounds, subjectsOf(alone), (subject) =>
    probeTime(subject, micro),
  );
  const turns = await inRounds(
    micro.rounds,
    inTurns.map(({ name }) => name),
    (name) => probeInTurns(name, micro),
  );
  const weighed = cases.filter(
    ({ bytesTarget, isWeighed }) => isWeighed !== false && (!quick || bytesTarget !== undefined),
  );
  const bytes = await inRounds(micro.byteRounds, subjectsOf(weighed), (subject) =>
    probeBytes(subject, micro),
  );
  return cases.map(({ name, peer }) => ({
    name,
    systems: Object.fromEntries(
      systemsOf(name, peer).map((system) => {
        const subject = `${name} ${system}`;
        const rounds = times.get(subject) ?? turns.get(name).map((figures) => figures[system]);
        const figures = summarizeEach(rounds);
        if (bytes.has(subject)) figures.bytes = summarize(bytes.get(subject));
        return [system, figures];
      }),
    ),
  }));
}

function subjectsOf(cases) {
  return cases.flatMap(({ name, peer }) =>
    systemsOf(name, peer).map((system) => `${name} ${system}`),
  );
}

function systemsOf(name, peer) {
  return [...new Set(['ours', peer, ...(UNTRACED_CASES.has(name) ? ['untraced'] : [])])];
}

async function probeTime(subject, { samples, sampleMillis, ...micro }) {
  const warmMillis = warmMillisOf(subject, micro);
  const { cpuNanos, bestNanos, processNanos, wallNanos, work } = await probe([], 'time', subject, [
    warmMillis,
    samples,
    sampleMillis,
  ]);
  requireSameWork(subject, work);
  return { cpuNanos, bestNanos, processNanos, wallNanos };
}

const works = new Map();

/** @throws Error where the systems of a case that is to be the same work write different spans */
function requireSameWork(subject, work) {
  const [name, system] = subject.split(' ');
  const { isSameWork } = MICRO_CASES.find((known) => known.name === name);
  if (!isSameWork || system === 'untraced') return;
  const expected = works.get(name)?.split('\n') ?? [];
  const difference = work.split('\n').find((line, index) => line !== expected[index]);
  if (!works.has(name)) works.set(name, work);
  else if (difference !== undefined) {
    throw new Error(`${subject} does not do the work of the others: ${difference}`);
  }
}

function probeInTurns(name, micro) {
  const { peer } = MICRO_CASES.find((known) => known.name === name);
  const warmMillis = warmMillisOf(name, micro);
  const probeOf = (system) => [PROBE, 'turns', system, name, String(warmMillis)];
  return measureInTurns(['ours', peer], probeOf, { ...micro, warmMillis });
}

async function probeBytes(subject, micro) {
  return (await probe(HEAP_FLAGS, 'bytes', subject, [warmMillisOf(subject, micro)])).bytes;
}

function warmMillisOf(subject, { warmMillis }) {
  const [name] = subject.split(' ');
  return MICRO_CASES.find((known) => known.name === name).warmMillis ?? warmMillis;
}

async function probe(flags, mode, subject, numbers) {
  const [name, system] = subject.split(' ');
  return JSON.parse(await output([...flags, PROBE, mode, system, name, ...numbers.map(String)]));
}
