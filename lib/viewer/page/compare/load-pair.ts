import type { TraceJson } from '../../api/answers.js';
import type { TraceContextJson } from '../../api/trace-context.js';
import { MEDIAN } from './compare-address.js';
import { type ComparedPair, comparePair } from './compare-model.js';

/** What a comparison is loaded with: JSON of the server, which rejects with an error for people. */
export type AskForJson = <Answer>(path: string) => Promise<Answer>;

/** Two traces, or why they cannot be compared. */
export type LoadedPair =
  | { readonly pair: ComparedPair; readonly isMedian: boolean; readonly sampleCount: number }
  | { readonly problem: string };

/** Loads two traces. Does not reject. @param b an id, or `median` */
export async function loadPair(a: string, b: string, ask: AskForJson): Promise<LoadedPair> {
  const isMedian = b === MEDIAN;
  try {
    let second = b;
    let sampleCount = 0;
    if (isMedian) {
      const { usual } = await ask<TraceContextJson>(`/api/traces/${a}/context`);
      if (usual === undefined) {
        return {
          problem:
            'There is no other trace of the same service and name that has ended. Choose a trace to compare with.',
        };
      }
      second = usual.medianTraceId;
      ({ sampleCount } = usual);
    }
    const [first, other] = await Promise.all([askFor('A', a, ask), askFor('B', second, ask)]);
    return { pair: comparePair(first, other), isMedian, sampleCount };
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

async function askFor(side: string, id: string, ask: AskForJson): Promise<TraceJson> {
  try {
    return await ask<TraceJson>(`/api/traces/${id}`);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new Error(`Trace ${side} (${id.slice(0, 8)}…): ${reason}`, { cause: error });
  }
}
