import { describe, expect, it } from '@jest/globals';

// Plain JavaScript, which the compiler does not know.
const REPORT = '../bench/report';
const METHOD_MARK = 'Measured before the method changed';

const figure = (...rounds: number[]) => ({
  median: rounds.toSorted((a, b) => a - b)[rounds.length >> 1] as number,
  min: Math.min(...rounds),
  max: Math.max(...rounds),
  rounds,
});

const MACHINE = { node: 'v24.0.0', cores: 2, cpu: 'cpu', loadBefore: 0, date: 'day', commit: 'c' };

/** Variants of Fastify at a rate, by their CPU time a request and their 99th percentile, cycle by cycle. */
function fixedRate(variants: Record<string, { cpu: number[]; p99: number[] }>) {
  const rows = Object.entries(variants).map(([variant, { cpu, p99 }]) => ({
    variant,
    cpuMicrosPerRequest: figure(...cpu),
    p50Micros: figure(90),
    p99Micros: figure(...p99),
    p999Micros: figure(900),
    lateP99Micros: figure(7),
    keptUp: figure(1),
    rssBytes: figure(1e8),
  }));
  const level = { requestsPerSecond: 6000, variants: rows };
  return {
    generator: 'open-loop.js',
    receiver: 'nginx/1.0',
    countsInstructions: false,
    seed: 1,
    cycles: 3,
    sliceSeconds: 2,
    platforms: [
      {
        platform: 'fastify',
        capacity: figure(10_000),
        levels: [
          { share: 0.3, ...level },
          { share: 0.6, ...level },
        ],
        exports: { ours: 12 },
      },
    ],
  };
}

describe('the report of the bench', () => {
  it('judges one operation by what it adds, against the floor and in nanoseconds', async () => {
    const { judgeMicro } = await import(`${REPORT}/judge-micro.js`);
    const system = (cpuNanos: number) => ({
      cpuNanos: figure(cpuNanos),
      bestNanos: figure(cpuNanos),
    });
    const [path, unsampled, remote] = judgeMicro([
      {
        name: 'requestPath',
        systems: { ours: system(2800), floor: system(2200), untraced: system(200) },
      },
      {
        name: 'requestPathUnsampled',
        systems: { ours: system(900), untraced: system(300) },
      },
      {
        name: 'unsampledRemoteParent',
        systems: { ours: system(151), opentelemetry: system(900) },
      },
    ]);
    expect(path.added).toEqual({ share: 1.3, limit: 1.2, reached: false });
    expect(unsampled.nanosTarget).toEqual({ what: 'adds', value: 600, limit: 600, reached: true });
    expect(remote.nanosTarget).toEqual({ what: 'takes', value: 151, limit: 150, reached: false });
  });

  it("judges ours at a fixed rate by the floor, by OpenTelemetry and by the untraced application's tail", async () => {
    const { judgeFixedRate } = await import(`${REPORT}/judge-fixed-rate.js`);
    const figures = fixedRate({
      // The machine was busy in the second cycle: differences are taken within a cycle.
      untraced: { cpu: [20, 40, 20], p99: [200, 400, 200] },
      floor: { cpu: [24, 44, 24], p99: [200, 400, 200] },
      ours: { cpu: [25, 45, 25], p99: [230, 460, 230] },
      opentelemetry: { cpu: [60, 80, 60], p99: [900, 900, 900] },
    });
    const levels = judgeFixedRate(figures);
    const judgements = levels.map(
      ({ rows }: { rows: { variant: string; judgements?: unknown }[] }) =>
        rows
          .filter((row) => row.judgements !== undefined)
          .map((row) => [row.variant, row.judgements]),
    );
    const floor = { what: "CPU added, of the floor's", value: 1.25, limit: 1.25, reached: true };
    const peer = expect.objectContaining({ value: 0.125, reached: true });
    const tail = expect.objectContaining({ value: 1.15, limit: 1.1, reached: false });
    expect(judgements).toEqual([[['ours', [floor, peer]]], [['ours', [floor, peer, tail]]]]);
  });

  it('compares with no floor that the noise of the machine hides', async () => {
    const { judgeFixedRate } = await import(`${REPORT}/judge-fixed-rate.js`);
    const same = { cpu: [20], p99: [200] };
    const [{ rows }] = judgeFixedRate(fixedRate({ untraced: same, floor: same, ours: same }));
    expect(rows[2].judgements).toEqual([]);
  });

  it('shows the rate, the receiver and the lateness of the generator', async () => {
    const { markdown } = await import(`${REPORT}/markdown.js`);
    const same = { cpu: [20], p99: [200] };
    const text = markdown([
      { method: 2, machine: MACHINE, fixedRate: fixedRate({ untraced: same, ours: same }) },
    ]);
    expect(text).toContain('no count of instructions on this machine; receiver nginx/1.0');
    expect(text).toContain('### At a fixed rate: Fastify, 60 % of capacity');
    expect(text).toContain('The generator was at most 7 µs late in 99 of 100 requests.');
    expect(text).not.toContain(METHOD_MARK);
  });

  it('says of each part on which commit it was measured', async () => {
    const { markdown } = await import(`${REPORT}/markdown.js`);
    const [micro, load] = ['first', 'second'].map((commit) => ({
      method: 2,
      machine: { ...MACHINE, commit },
    }));
    const text = markdown([{ ...micro, micro: [] }, load]);
    expect(text.match(/^## Node .*$/gm)).toEqual(['## Node 24.0.0']);
    expect(text).toMatch(/commit first\.\n\n### One operation[\s\S]*commit second\./);
  });

  it('shows the README what tracing adds at a fixed rate, of the runs that have measured it', async () => {
    const { readmeTable } = await import(`${REPORT}/readme-table.js`);
    const same = { cpu: [20], p99: [200] };
    const ours = { cpu: [25], p99: [200] };
    const run = { machine: MACHINE, fixedRate: fixedRate({ untraced: same, ours }) };
    expect(readmeTable([[run]])).toContain('| Fastify | 5 µs / – |');
    const older = { machine: { ...MACHINE, node: 'v18.0.0' } };
    expect(readmeTable([[older], [run]])).toContain('| Fastify | 5 µs / – |');
    expect(readmeTable([[older]])).not.toContain('CPU time added');
  });

  it('marks the runs of an earlier method', async () => {
    const { markdown } = await import(`${REPORT}/markdown.js`);
    expect(markdown([{ machine: MACHINE }])).toContain(METHOD_MARK);
  });

  it('holds a live queue to the round that dropped most', async () => {
    const { deliverySection } = await import(`${REPORT}/delivery-section.js`);
    const system = (dropped: number[]) => ({
      system: 'ours',
      dropped: figure(...dropped),
      droppedShare: figure(...dropped.map((count) => count / 1000)),
      cpuMicrosPerSpan: figure(2),
      peakRssBytes: figure(1e8),
      peakHeapBytes: figure(1e7),
    });
    const sectionOf = (dropped: number[]): string =>
      deliverySection({
        spansPerSecond: 20_000,
        answerMillis: 20,
        seconds: 60,
        systems: [system(dropped)],
      }).at(-1);
    expect(sectionOf([0, 0, 0])).toContain('| 0: reached |');
    expect(sectionOf([0, 0, 3])).toContain('| 0: **not reached** |');
  });

  it('gives the order of slices back for its seed', async () => {
    const { seededRandom, shuffled } = await import(
      '../bench/application/fixed-rate/shuffle.js' as string
    );
    const slices = Array.from({ length: 14 }, (_, index) => index);
    const order = shuffled(slices, seededRandom(1));
    expect(shuffled(slices, seededRandom(1))).toEqual(order);
    expect(shuffled(slices, seededRandom(2))).not.toEqual(order);
    expect(order.toSorted((a: number, b: number) => a - b)).toEqual(slices);
  });
});
