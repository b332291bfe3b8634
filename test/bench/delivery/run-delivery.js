import { fileURLToPath } from 'node:url';
import { ask, message, output, start, stop } from '../child.js';
import { inRounds, summarizeEach } from '../rounds.js';
import { DELIVERY_SYSTEMS } from '../targets.js';

const PROBE = fileURLToPath(new URL('./probe.js', import.meta.url));
const SINK = fileURLToPath(new URL('../application/sink.js', import.meta.url));

export const SPANS_PER_SECOND = 20_000;
export const ANSWER_MILLIS = 20;
/** A machine with other work takes longer. */
const LIMIT_TIMES = 10;
const GRACE_MILLIS = 60_000;

/**
 * A queue that is filled all the time, with default options, while a slow receiver takes from it.
 *
 * @returns for each system how many spans it dropped, and what it took
 */
export async function runDelivery({ selects, delivery: { rounds, seconds } }) {
  const systems = DELIVERY_SYSTEMS.filter((system) => selects(`delivery ${system}`));
  const measured = await inRounds(rounds, systems, (system) => fillQueue(system, seconds));
  return {
    spansPerSecond: SPANS_PER_SECOND,
    answerMillis: ANSWER_MILLIS,
    seconds,
    systems: systems.map((system) => ({ system, ...summarizeEach(measured.get(system)) })),
  };
}

async function fillQueue(system, seconds) {
  const limitMillis = LIMIT_TIMES * seconds * 1000 + GRACE_MILLIS;
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const sink = start([SINK, String(ANSWER_MILLIS)], { stdio, limitMillis });
  try {
    const { port } = await message(sink);
    const url = `http://127.0.0.1:${port}/v1/traces`;
    const args = [PROBE, system, url, String(SPANS_PER_SECOND), String(seconds)];
    const { ended, ...figures } = JSON.parse(await output(args, { limitMillis }));
    const { spans } = await ask(sink, 'count');
    return { dropped: ended - spans, droppedShare: (ended - spans) / ended, ...figures };
  } finally {
    await stop(sink);
  }
}
