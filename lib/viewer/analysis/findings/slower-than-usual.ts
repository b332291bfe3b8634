import { compareTraces } from '../compare.js';
import { formatNanos } from '../durations.js';
import { callPathOf } from '../flame-tree.js';
import { isBlockingCommand, lineOf, placeOf } from '../row-texts.js';
import { durationOf, isRowRunning } from '../trace-tree.js';
import type { Finding } from './finding.js';
import type { Evidence } from './finding-context.js';

const MIN_SAMPLES = 8;
const MIN_FACTOR = 3;

/**
 * Finds traces that took more than three times the median of their group, and names what differs most. A trace that
 * waited longer for data, in a blocking command, is not slow.
 */
export function slowerThanUsual(evidence: Evidence): Finding[] {
  const { analysis, context } = evidence;
  const { tree } = analysis;
  const { usual } = context;
  const root = tree.mainRoot;
  if (usual === undefined || usual.sampleCount < MIN_SAMPLES || root === -1) return [];
  const duration = durationOf(tree, root);
  if (isRowRunning(tree, root) || duration <= usual.medianNanos * MIN_FACTOR) return [];
  const most =
    usual.medianTrace === undefined
      ? undefined
      : compareTraces(usual.medianTrace, evidence.flame).byDifference.find(
          ({ b, pathDelta }) => b !== undefined && pathDelta > 0,
        );
  const difference =
    most?.b === undefined
      ? ''
      : `, mostly by ${formatNanos(most.pathDelta)} more in ${lineOf(callPathOf(most.b))}`;
  const nodeOfRow = evidence.flame.nodeOfRow;
  const rows = most?.b === undefined ? [root] : rowsOfNode(nodeOfRow, most.b.index);
  if (most !== undefined && rows.every((row) => isBlockingCommand(tree, row))) return [];
  return [
    {
      kind: 'slower-than-usual',
      text: `${placeOf(tree, root)} took ${formatNanos(duration)}, usually ${formatNanos(usual.medianNanos)}${difference}`,
      how: `More than ${MIN_FACTOR} times the median of at least ${MIN_SAMPLES} traces of the same service and name`,
      rows,
      pathNanos: most?.pathDelta ?? 0,
    },
  ];
}

function rowsOfNode(nodeOfRow: Uint32Array, node: number): number[] {
  const rows: number[] = [];
  nodeOfRow.forEach((other, row) => {
    if (other === node) rows.push(row);
  });
  return rows;
}
