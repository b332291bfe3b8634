import { VIEWER_BARS } from '../targets.js';
import { range, table, verdict } from './cells.js';

/** What the trace viewer reaches. */
export function viewerSection({ spans, liveSeconds, figures }) {
  const rows = VIEWER_BARS.flatMap((bar) => {
    const [part, name] = bar.name.split('.');
    const figure = figures[part]?.[name];
    return figure === undefined ? [] : [[bar.title, bar.unit, range(figure), target(bar, figure)]];
  });
  return [
    '### The trace viewer',
    `${spans.toLocaleString('en')} spans in batches of 500; ${liveSeconds} s with the list open.`,
    table(['measure', 'unit', 'figure', 'target'], rows),
  ];
}

function target({ atMost, atLeast }, { median }) {
  if (atMost !== undefined) return `≤ ${atMost}: ${verdict(median <= atMost)}`;
  return atLeast === undefined ? '' : `≥ ${atLeast}: ${verdict(median >= atLeast)}`;
}
