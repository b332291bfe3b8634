import { pick } from './given-random.js';

export const TRACE_ID = '0af7651916cd43dd8448eb211c80319c';
export const SPAN_ID = 'b7ad6b7169203331';

/** Valid values of the formats that the library knows, to be spoiled. */
const SAMPLES: readonly string[] = [
  `00-${TRACE_ID}-${SPAN_ID}-01`,
  `cc-${TRACE_ID}-${SPAN_ID}-03-more`,
  'rojo=00f067aa0ba902b7,congo=t61rcWkgMzE',
  'ot=th:e666;rv:ab1122334455ef, tenant@vendor=1',
  'userId=alice,serverNode=DF%2028;property;other=%C3%A9',
  `${TRACE_ID}-${SPAN_ID}-1-00f067aa0ba902b7`,
  `${SPAN_ID}-${SPAN_ID}-d`,
  'd',
  '0',
  TRACE_ID,
  SPAN_ID,
  'true',
  `${TRACE_ID}:${SPAN_ID}:0:3`,
  `5af7302cb7b2e7:${SPAN_ID}%3A0%3A1`,
  `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)};Parent=${SPAN_ID};Sampled=1`,
  `Root=1-${TRACE_ID.slice(0, 8)}-${TRACE_ID.slice(8)};Lineage=1:a87bd80c:0`,
  '13235353014750950193',
  '_dd.p.tid=640cfd8d00000000,_dd.p.dm=-1',
  '-1',
];

/**
 * Returns carriers with damaged values: spoiled texts, lists, buffers, and values that are no text.
 *
 * @param fields the fields that each carrier has
 * @param samples valid values of the subject's own format, in addition to those of known formats
 */
export function* spoiledCarriers(
  count: number,
  fields: readonly string[],
  samples: readonly string[],
  random: () => number,
): Generator<Record<string, unknown>> {
  const seeds = [...SAMPLES, ...samples];
  for (let i = 0; i < count; i++) {
    const carrier: Record<string, unknown> = {};
    for (const field of fields) carrier[field] = spoiledValue(seeds, random);
    yield carrier;
  }
}

function spoiledValue(seeds: readonly string[], random: () => number): unknown {
  const kind = Math.floor(random() * 16);
  if (kind < 9) return spoiledText(seeds, random);
  if (kind === 9) return pick(seeds, random);
  if (kind === 10) return [spoiledText(seeds, random)];
  if (kind === 11) return [spoiledText(seeds, random), pick(seeds, random), 7, null];
  if (kind === 12)
    return pick([undefined, null, 0, 12.5, true, Symbol('s'), () => 'f', {}], random);
  if (kind === 13) return Buffer.from(pick(seeds, random));
  if (kind === 14) return [];
  return `${pick(seeds, random)}, ${pick(seeds, random)}`;
}

function spoiledText(seeds: readonly string[], random: () => number): string {
  let text = pick(seeds, random);
  for (let times = Math.floor(random() * 3); times >= 0; times--) {
    const at = Math.floor(random() * (text.length + 1));
    const kind = Math.floor(random() * 5);
    if (kind === 0) text = text.slice(0, at) + anyChar(random) + text.slice(at + 1);
    else if (kind === 1) text = text.slice(0, at) + anyChar(random) + text.slice(at);
    else if (kind === 2) text = text.slice(0, at) + text.slice(at + 1 + Math.floor(random() * 8));
    else if (kind === 3) text = text + text.slice(at);
    else text = text.slice(0, at) + pick(seeds, random) + text.slice(at);
  }
  return text;
}

function anyChar(random: () => number): string {
  const kind = random();
  if (kind < 0.5) return pick([...'-,;:=% \t@dfgF019'], random);
  if (kind < 0.9) return String.fromCharCode(Math.floor(random() * 256));
  return String.fromCharCode(Math.floor(random() * 0x10000));
}
