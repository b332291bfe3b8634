import { ask, message, start } from '../child.js';
import { summarize } from '../rounds.js';

/**
 * Measures what one system adds to another: a process of each, warmed up, of which one runs while the other waits.
 * A sample of the one and the next of the other are milliseconds apart, so what the machine does besides falls on
 * both, and on their difference hardly at all.
 *
 * @param probeOf the arguments for the probe of a system
 * @returns the figures of both systems, by name; the first with `addedCpuNanos`, the median of the differences
 */
export async function measureInTurns([system, base], probeOf, { turns, turnMillis, warmMillis }) {
  const limitMillis = 60_000 + warmMillis + 10 * turns * turnMillis;
  const probes = [system, base].map((name) =>
    start(probeOf(name), { stdio: ['ignore', 'ignore', 'inherit', 'ipc'], limitMillis }),
  );
  try {
    await Promise.all(probes.map((probe) => message(probe)));
    const samples = probes.map(() => []);
    for (let turn = 0; turn < turns; turn++) {
      // Each is the first in half of the turns.
      for (const which of turn % 2 === 0 ? [0, 1] : [1, 0]) {
        samples[which].push(await ask(probes[which], turnMillis));
      }
    }
    for (const probe of probes) await ask(probe, 'verify');
    const [ours, theirs] = samples;
    const added = ours.map(({ cpuNanos }, turn) => cpuNanos - theirs[turn].cpuNanos);
    return {
      [system]: { ...mediansOf(ours), addedCpuNanos: summarize(added).median },
      [base]: mediansOf(theirs),
    };
  } finally {
    for (const probe of probes) probe.kill('SIGKILL');
  }
}

function mediansOf(samples) {
  const medianOf = (key) => summarize(samples.map((sample) => sample[key])).median;
  return {
    cpuNanos: medianOf('cpuNanos'),
    bestNanos: Math.min(...samples.map(({ cpuNanos }) => cpuNanos)),
    processNanos: medianOf('processNanos'),
    wallNanos: medianOf('wallNanos'),
  };
}
