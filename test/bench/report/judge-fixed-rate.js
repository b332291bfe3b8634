import { differenceOf, ratioOf } from '../rounds.js';
import { FIXED_RATE_TARGETS, LOAD_SHARES } from '../targets.js';

const HIGHEST_SHARE = Math.max(...LOAD_SHARES);

/**
 * @returns for each platform and share of the capacity the variants, with the CPU time that they add to a request, and
 *   for ours whether the targets are reached. Figures of one cycle are compared with each other
 */
export function judgeFixedRate({ platforms }) {
  return platforms.flatMap(({ platform, capacity, levels, exports }) =>
    levels.map((level) => ({ platform, capacity, exports, ...judgeLevel(level) })),
  );
}

function judgeLevel({ share, requestsPerSecond, variants }) {
  const find = (name) => variants.find(({ variant }) => variant === name);
  const untraced = find('untraced');
  const addedBy = (figures) =>
    figures && differenceOf(figures.cpuMicrosPerRequest, untraced.cpuMicrosPerRequest);
  const rows = variants.map((figures) => ({ ...figures, addedCpuMicros: addedBy(figures) }));
  const ours = rows.find(({ variant }) => variant === 'ours');
  if (ours !== undefined) {
    const peers = { untraced, floor: addedBy(find('floor')), peer: addedBy(find('opentelemetry')) };
    ours.judgements = judgements(share, ours, peers);
  }
  return { share, requestsPerSecond, rows };
}

function judgements(share, ours, { untraced, floor, peer }) {
  const { addedCpuAtMostTimesFloor, addedCpuAtMostShareOfPeer, p99AtMostTimesUntraced } =
    FIXED_RATE_TARGETS;
  const judged = [];
  const judge = (what, value, limit) =>
    judged.push({ what, value, limit, reached: value <= limit });
  const added = ours.addedCpuMicros.median;
  if (isMeasurable(floor)) {
    judge("CPU added, of the floor's", added / floor.median, addedCpuAtMostTimesFloor);
  }
  if (isMeasurable(peer)) {
    judge("CPU added, of OpenTelemetry's", added / peer.median, addedCpuAtMostShareOfPeer);
  }
  if (share === HIGHEST_SHARE) {
    const p99 = ratioOf(ours.p99Micros, untraced.p99Micros).median;
    judge("99th percentile, of the untraced's", p99, p99AtMostTimesUntraced);
  }
  return judged;
}

/** Where other work on the machine hides what tracing adds, nothing can be compared with it. */
function isMeasurable(added) {
  return added !== undefined && added.median > 0;
}
