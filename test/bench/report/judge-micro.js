import { differenceOf, ratioOf } from '../rounds.js';
import { MICRO_CASES } from '../targets.js';

/**
 * What the figures are worth against the targets, case by case.
 *
 * @returns for each micro case its ratio theirs ÷ ours, its bytes, and whether targets are reached;
 *   `reached` is undefined where there is no target
 */
export function judgeMicro(micro) {
  return micro.map(({ name, systems }) => {
    const { title, peer, target, bytesTarget, ...targets } = MICRO_CASES.find(
      (known) => known.name === name,
    );
    const { ours } = systems;
    const theirs = systems[peer];
    const ratio = ratioOf(theirs.cpuNanos, ours.cpuNanos);
    return {
      title,
      peer,
      ours,
      theirs,
      untraced: systems.untraced,
      ratio,
      target,
      reached: target === undefined ? undefined : ratio.median >= target,
      added: judgeAdded(targets.addedAtMostShareOfPeer, systems, theirs),
      nanosTarget: judgeNanos(targets, systems),
      bytes: judgeBytes(bytesTarget, ours.bytes?.median, theirs.bytes?.median),
    };
  });
}

/** What ours adds to the untraced operation, as a share of what theirs adds. */
function judgeAdded(limit, { ours, untraced }, theirs) {
  if (limit === undefined) return undefined;
  const added = differenceOf(ours.cpuNanos, untraced.cpuNanos).median;
  const share = added / differenceOf(theirs.cpuNanos, untraced.cpuNanos).median;
  return { share, limit, reached: share <= limit };
}

/** Nanoseconds that an operation takes, or adds to the untraced one. */
function judgeNanos({ atMostNanos, addedAtMostNanos }, { ours, untraced }) {
  if (atMostNanos !== undefined) {
    const value = ours.cpuNanos.median;
    return { what: 'takes', value, limit: atMostNanos, reached: value <= atMostNanos };
  }
  if (addedAtMostNanos === undefined) return undefined;
  const value = differenceOf(ours.cpuNanos, untraced.cpuNanos).median;
  return { what: 'adds', value, limit: addedAtMostNanos, reached: value <= addedAtMostNanos };
}

function judgeBytes(target, ours, theirs) {
  if (target === undefined || ours === undefined) return {};
  const limit = target.below ?? theirs * target.atMostShareOfPeer;
  return { limit, reached: target.below === undefined ? ours <= limit : ours < limit };
}
