import { Fact, NO_FACT } from '../facts.js';
import { isFailed } from '../root-cause.js';
import { placeOf } from '../row-texts.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

const READS = new Set(['SELECT', 'WITH', 'GET', 'FIND', 'HGETALL', 'MGET', 'HGET', 'AGGREGATE']);

/**
 * Finds reads with the same answer: queries with the same text and the same parameters, as far as spans
 * show parameters, and GET requests of the same URL, by one service.
 */
export function askedTwice(evidence: Evidence): Finding[] {
  const { tree } = evidence.analysis;
  const groups = new Map<number, number[]>();
  for (const row of evidence.clientRows) {
    if (isFailed(tree, row) || !isKnownRead(evidence, row)) continue;
    const key = evidence.signatures.identityOf(row);
    const rows = groups.get(key);
    if (rows === undefined) groups.set(key, [row]);
    else rows.push(row);
  }
  return [...groups.values()]
    .filter((rows) => rows.length > 1)
    .map((rows) => {
      const times = rows.length === 2 ? 'twice' : `${rows.length.toLocaleString('en-US')} times`;
      const first = rows[0] as number;
      const isRequest =
        evidence.analysis.tree.trace.facts.valueOf(first, Fact.URL_FULL) !== NO_FACT;
      const same = isRequest ? 'of the same URL' : 'with the same text and parameters';
      return {
        kind: 'asked-twice',
        text: `${placeOf(tree, first)} was asked ${times}, ${same}`,
        how: 'Equal text and parameters of queries, or equal URLs of GET requests, of one service',
        rows,
        // The first answer is needed.
        pathNanos: evidence.pathOf(rows.slice(1)),
      };
    });
}

/** A text with placeholders is known only with its parameters; redacted values may differ. */
function isKnownRead({ analysis, signatures }: Evidence, row: number): boolean {
  const { facts, strings } = analysis.tree.trace;
  if (facts.valueOf(row, Fact.FOLDED_COUNT) !== NO_FACT) return false;
  if (!READS.has(signatures.verbOf(row))) return false;
  const parts = [Fact.URL_FULL, Fact.DB_TEXT, Fact.DB_PARAMETERS].map((fact) => {
    const value = facts.valueOf(row, fact);
    return value === NO_FACT ? undefined : (strings[value] as string);
  });
  const [url, text, parameters] = parts;
  if (parts.some((part) => part?.includes('REDACTED'))) return false;
  if (url !== undefined) return true;
  return text !== undefined && (parameters !== undefined || !/\?|\$\d|[:@]\w/.test(text));
}
