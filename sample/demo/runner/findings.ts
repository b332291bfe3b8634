import { durationMillis, type ReceivedSpan } from './received-span.js';
import { type SpanTree, walk } from './span-tree.js';

/** What a trace answers, in a sentence; undefined where it has no answer. */
export type Finding = (root: SpanTree) => string | undefined;

/** Where the failure came up: the other failed spans only had it pass through. */
export const whereItBegan: Finding = (root) => {
  for (const { tree } of walk(root)) {
    const exception = exceptionOf(tree.span);
    if (exception === undefined || tree.children.some(({ span }) => span.isFailed)) continue;
    return `It began in ${place(tree.span)}: ${exception}`;
  }
  return undefined;
};

/** Which span took the longest by itself, without the spans that it waited for. */
export const whatTookLong: Finding = (root) => {
  const [slowest] = [...walk(root)]
    .map(({ tree }) => ({ span: tree.span, ownMillis: ownMillisOf(tree) }))
    .sort((a, b) => b.ownMillis - a.ownMillis);
  if (slowest === undefined) return undefined;
  const whole = durationMillis(root.span).toFixed(0);
  return `${slowest.ownMillis.toFixed(0)} of ${whole} ms went by in ${place(slowest.span)}`;
};

/** Which span carries an attribute. */
export function whereStands(attribute: string): Finding {
  return (root) => {
    const carrier = [...walk(root)].find(({ tree }) => tree.span.attributes.has(attribute));
    if (carrier === undefined) return undefined;
    const { span } = carrier.tree;
    return `${attribute} = ${span.attributes.get(attribute)} stands on ${place(span)}`;
  };
}

/** `WarehouseOfflineError: …`, if the span recorded an exception. */
export function exceptionOf({ events }: ReceivedSpan): string | undefined {
  const exception = events.find(({ name }) => name === 'exception')?.attributes;
  if (exception === undefined) return undefined;
  return `${exception.get('exception.type')}: ${exception.get('exception.message')}`;
}

function place({ serviceName, name }: ReceivedSpan): string {
  return `${serviceName}, ${name}`;
}

function ownMillisOf({ span, children }: SpanTree): number {
  let waitedNanos = 0n;
  let coveredUntil = span.startNanos;
  // Children stand by their start, so those that ran at once are counted once.
  for (const child of children) {
    const from = child.span.startNanos > coveredUntil ? child.span.startNanos : coveredUntil;
    const to = child.span.endNanos < span.endNanos ? child.span.endNanos : span.endNanos;
    if (to <= from) continue;
    waitedNanos += to - from;
    coveredUntil = to;
  }
  return durationMillis(span) - Number(waitedNanos) / 1e6;
}
