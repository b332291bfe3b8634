import { formatNanos } from '../../analysis/durations.js';
import { isFailed } from '../../analysis/root-cause.js';
import { answerOf, KIND_WORDS } from '../../analysis/row-texts.js';
import { rowKind, rowName, rowService } from '../../analysis/trace-tree.js';
import { groupAt, rowAt } from './display-tree.js';
import { type OpenState, openStateOf } from './open-state.js';
import type { TraceModel } from './trace-model.js';

/** The texts of a line. */
export interface LineTexts {
  readonly service: string;
  readonly name: string;
  /** The status of the call of HTTP or RPC; empty for none. */
  readonly answer: string;
  /** The kind as a word; empty for internal spans. */
  readonly kind: string;
  readonly isFailed: boolean;
  readonly openState: OpenState;
  /** The own or untraced time; of a group the time of all. */
  readonly own: string;
  /** Everything in one sentence, with what the bar shows. */
  readonly label: string;
}

/** The texts of the line at a position. */
export function textsOfLine(model: TraceModel, position: number): LineTexts {
  const { display, analysis, whole } = model;
  const { tree, selfNanos, path } = analysis;
  const group = groupAt(display, position);
  const row = rowAt(display, position);
  const service = rowService(tree, row);
  const kind = KIND_WORDS[rowKind(tree, row)] ?? '';
  const start = (tree.starts[row] as number) - whole.from;
  const duration = (tree.ends[row] as number) - (tree.starts[row] as number);
  if (group !== undefined) {
    const { rows, leastNanos, mostNanos, sumNanos } = group;
    const range = `${formatNanos(leastNanos)} – ${formatNanos(mostNanos)}`;
    const name = `${rows.length.toLocaleString('en')} × ${rowName(tree, row)}, ${range}`;
    const own = `Σ ${formatNanos(sumNanos)}`;
    const label = sentence([`${service} ${name}`, `${formatNanos(sumNanos)} in total`]);
    return { service, name, answer: '', kind, isFailed: false, openState: '', own, label };
  }
  const name = rowName(tree, row);
  const answer = answerOf(tree, row) ?? '';
  const failed = isFailed(tree, row);
  const openState = openStateOf(tree, row);
  const own = formatNanos(selfNanos[row] as number);
  const onPath = path.pathNanos[row] as number;
  const label = sentence([
    `${service} ${name} ${answer}`.trim(),
    kind,
    failed ? 'failed' : '',
    openState,
    formatNanos(duration),
    `starts at ${formatNanos(start)}`,
    `own ${own}`,
    onPath > 0 ? `${formatNanos(onPath)} on the critical path` : 'beside the critical path',
  ]);
  return { service, name, answer, kind, isFailed: failed, openState, own, label };
}

function sentence(parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(', ');
}
