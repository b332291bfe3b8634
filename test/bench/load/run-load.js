import { fileURLToPath } from 'node:url';
import { output } from '../child.js';
import { inRounds, ratioOf, summarizeEach } from '../rounds.js';
import { LOAD_CASES } from '../targets.js';

/**
 * How long a process that has just started loads Nest, and then nestjs-traced: one process for each
 * round of each way of loading.
 *
 * @returns for each way the milliseconds of both, and ours as a share of Nest's
 */
export async function runLoad({ selects, load }) {
  const cases = LOAD_CASES.filter(({ name }) => selects(`load ${name}`));
  const rounds = await inRounds(
    load.rounds,
    cases.map(({ name }) => name),
    probe,
  );
  return cases.map(({ name }) => {
    const figures = summarizeEach(rounds.get(name));
    return { name, ...figures, share: ratioOf(figures.oursMillis, figures.nestMillis) };
  });
}

async function probe(name) {
  const { script, library } = LOAD_CASES.find((known) => known.name === name);
  return JSON.parse(await output([fileURLToPath(new URL(script, import.meta.url)), library]));
}
