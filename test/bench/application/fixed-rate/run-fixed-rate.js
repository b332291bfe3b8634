import { progress, summarize, summarizeEach } from '../../rounds.js';
import { FIXED_RATE_PLATFORMS, LOAD_SHARES, variantsOf } from '../../targets.js';
import { receiverName } from '../receiver/receiver.js';
import { countsInstructions } from './instructions.js';
import { LoadedServers } from './loaded-servers.js';
import { seededRandom, shuffled } from './shuffle.js';

const CAPACITY_SAMPLES = 3;

/**
 * The application under a fixed rate of requests: shares of what the untraced one answers at most. All variants get
 * the same rate; none gains by being asked less.
 */
export async function runFixedRate({ selects, fixedRate }) {
  const random = seededRandom(fixedRate.seed);
  const platforms = [];
  for (const platform of FIXED_RATE_PLATFORMS) {
    const variants = variantsOf(platform)
      .map(({ name }) => name)
      .filter((name) => selects(`fixed-rate ${platform} ${name}`));
    if (variants.length === 0) continue;
    const compared = [...new Set(['untraced', ...variants])];
    platforms.push(await runPlatform(platform, compared, random, fixedRate));
  }
  progress('');
  const { seed, cycles, sliceSeconds } = fixedRate;
  return {
    generator: 'open-loop.js',
    receiver: receiverName,
    countsInstructions,
    seed,
    cycles,
    sliceSeconds,
    platforms,
  };
}

async function runPlatform(platform, variants, random, { warmSeconds, cycles, sliceSeconds }) {
  const servers = await LoadedServers.open(platform, variants, (variant) =>
    progress(`${platform}: ${variant} starts`),
  );
  const slices = variants.flatMap((variant) =>
    LOAD_SHARES.map((share) => ({ variant, share, measured: [] })),
  );
  let capacity;
  try {
    for (const variant of variants) {
      progress(`${platform}: ${variant} is warmed up`);
      await servers.load(variant, warmSeconds);
    }
    capacity = await capacityOf(servers, sliceSeconds);
    for (let cycle = 1; cycle <= cycles; cycle++) {
      progress(`${platform}: cycle ${cycle} of ${cycles}`);
      for (const { variant, share, measured } of shuffled(slices, random)) {
        const rate = capacity.median * share;
        measured.push(await servers.measure(variant, sliceSeconds, rate));
      }
    }
  } finally {
    await servers.close();
  }
  return {
    platform,
    capacity,
    levels: LOAD_SHARES.map((share) => levelOf(share, capacity, slices)),
    exports: Object.fromEntries(await servers.close()),
  };
}

/** The requests a second that the untraced application answers at most. */
async function capacityOf(servers, seconds) {
  const samples = [];
  for (let sample = 0; sample < CAPACITY_SAMPLES; sample++) {
    samples.push((await servers.load('untraced', seconds)).requestsPerSecond);
  }
  return summarize(samples);
}

function levelOf(share, capacity, slices) {
  return {
    share,
    requestsPerSecond: capacity.median * share,
    variants: slices
      .filter((slice) => slice.share === share)
      .map(({ variant, measured }) => ({ variant, ...summarizeEach(measured) })),
  };
}
