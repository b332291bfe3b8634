/**
 * Runs every subject once a round, all subjects in turn, so that whatever else the machine does
 * falls on all of them alike: A B C A B C, never A A B B C C.
 *
 * @param measure one figure, or an object of figures, of one subject in one round
 * @returns for each subject the list of what was measured
 */
export async function inRounds(rounds, subjects, measure) {
  const measured = new Map(subjects.map((subject) => [subject, []]));
  for (let round = 1; round <= rounds; round++) {
    for (const subject of subjects) {
      progress(`round ${round} of ${rounds}: ${subject}`);
      measured.get(subject).push(await measure(subject));
    }
  }
  progress('');
  return measured;
}

/** One line that is written over, for those who look on. */
export function progress(text) {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[K${text}`);
}

/** The middle of the rounds, how far they went apart, and the rounds themselves. */
export function summarize(rounds) {
  const sorted = rounds.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median =
    sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
  return { median, min: sorted[0], max: sorted[sorted.length - 1], rounds };
}

/** Each figure of the rounds by itself. */
export function summarizeEach(rounds) {
  const figures = {};
  for (const key of Object.keys(rounds[0])) {
    figures[key] = summarize(rounds.map((round) => round[key]));
  }
  return figures;
}

/**
 * `a` in terms of `b`, round by round: what ran in the same round had the same neighbours on the
 * machine, so the ratios lie closer together than the figures.
 */
export function ratioOf(a, b) {
  return summarize(a.rounds.map((value, round) => value / b.rounds[round]));
}

/** How much more `a` is than `b`, round by round. */
export function differenceOf(a, b) {
  return summarize(a.rounds.map((value, round) => value - b.rounds[round]));
}
