import { differenceOf, ratioOf } from '../rounds.js';
import { APPLICATION_TARGETS } from '../targets.js';

/**
 * @returns for each platform its variants with what they keep of the untraced application's requests
 *   a second and add to its CPU time and memory
 */
export function judgeApplication(variants) {
  const platforms = [...new Set(variants.map(({ platform }) => platform))];
  return platforms.map((platform) => judgePlatform(platform, variants));
}

function judgePlatform(platform, variants) {
  const here = variants.filter((variant) => variant.platform === platform);
  const untraced = here.find(({ variant }) => variant === 'untraced');
  const rows = here.map((figures) => ({ ...figures, ...compared(figures, untraced) }));
  const peer = rows.find(({ variant }) => variant === 'opentelemetry');
  for (const row of rows) {
    if (!row.variant.startsWith('ours')) continue;
    row.judgements = judgements(platform, row, peer);
  }
  return { platform, rows };
}

function compared(figures, untraced) {
  if (untraced === undefined) return {};
  return {
    kept: ratioOf(figures.requestsPerSecond, untraced.requestsPerSecond),
    keptByCpu: ratioOf(untraced.cpuMicrosPerRequest, figures.cpuMicrosPerRequest),
    addedCpuMicros: differenceOf(figures.cpuMicrosPerRequest, untraced.cpuMicrosPerRequest),
    addedRssBytes: differenceOf(figures.rssBytes, untraced.rssBytes),
  };
}

function judgements(platform, row, peer) {
  const judged = [];
  const judge = (what, value, limit, reached) => judged.push({ what, value, limit, reached });
  const least = APPLICATION_TARGETS[platform][row.variant];
  if (least !== undefined && row.kept !== undefined) {
    judge('requests a second kept', row.kept.median, least, row.kept.median >= least);
  }
  if (row.variant === 'ours' && row.kept !== undefined) {
    const { addedCpuAtMostShareOfPeer, addedRssAtMostBytes } = APPLICATION_TARGETS;
    if (peer !== undefined) {
      const share = row.addedCpuMicros.median / peer.addedCpuMicros.median;
      const limit = addedCpuAtMostShareOfPeer;
      judge("CPU added, share of OpenTelemetry's", share, limit, share <= limit);
    }
    const added = row.addedRssBytes.median;
    judge('memory added, MB', added / 1e6, addedRssAtMostBytes / 1e6, added <= addedRssAtMostBytes);
  }
  return judged;
}

/** Whether exports leave the event loop alone. */
export function judgeExportBlock({ ours }) {
  if (ours === undefined) return undefined;
  return ours.p999Millis.median <= APPLICATION_TARGETS.exportBlockAtMostMillis;
}
