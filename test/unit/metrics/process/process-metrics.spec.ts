import { performance } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import type { MetricData } from '../../../../lib/metrics/index.js';
import * as attributes from '../../../../lib/metrics/process/attributes.js';
import { EventLoopDelay } from '../../../../lib/metrics/process/event-loop-delay.js';
import { recordProcessMetrics } from '../../../../lib/metrics/process/process-metrics.js';
import { createRegistry } from '../../../support/metrics-registry.js';
import { until } from '../../../support/until.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Occupies the event loop, which delays its timers. */
function block(millis: number): void {
  const end = performance.now() + millis;
  while (performance.now() < end);
}

describe('the names of process metrics', () => {
  it('are those of the semantic conventions', () => {
    const known = new Set(Object.values(conventions));
    for (const name of Object.values(attributes)) expect(known).toContain(name);
  });
});

describe('recordProcessMetrics', () => {
  it('observes event loop, garbage collection, heap, CPU and memory, until it is stopped', async () => {
    const { registry, warnings } = createRegistry();
    const stop = recordProcessMetrics(registry);
    const collect = (): Map<string, MetricData> =>
      new Map(
        registry
          .collect()
          .scopes.flatMap(({ metrics }) => metrics)
          .map((metric) => [metric.descriptor.name, metric]),
      );
    collectGarbage();
    await until(
      () => {
        block(20);
        const names = collect();
        return names.has('v8js.gc.duration') && names.has('nodejs.eventloop.delay.max');
      },
      () => [...collect().keys()],
    );
    const metrics = collect();
    const shapes = Object.fromEntries(
      [...metrics].map(([name, { kind, descriptor }]) => [name, `${kind} ${descriptor.unit}`]),
    );
    expect(shapes).toEqual({
      ...Object.fromEntries(
        ['min', 'max', 'mean', 'stddev', 'p50', 'p90', 'p99'].map((statistic) => [
          `nodejs.eventloop.delay.${statistic}`,
          'gauge s',
        ]),
      ),
      'nodejs.eventloop.utilization': 'gauge 1',
      'nodejs.eventloop.time': 'counter s',
      'v8js.memory.heap.space.size': 'up_down_counter By',
      'v8js.memory.heap.used': 'up_down_counter By',
      'v8js.memory.heap.space.available_size': 'up_down_counter By',
      'v8js.memory.heap.space.physical_size': 'up_down_counter By',
      'process.cpu.time': 'counter s',
      'process.memory.usage': 'up_down_counter By',
      'process.uptime': 'gauge s',
      'v8js.gc.duration': 'histogram s',
    });
    const seriesOf = (name: string): [unknown, unknown][] =>
      (metrics.get(name)?.points ?? []).map((point) => [
        Object.values(point.attributes)[0],
        'value' in point ? point.value : point.count,
      ]);
    expect(seriesOf('process.cpu.time')).toEqual([
      ['user', expect.any(Number)],
      ['system', expect.any(Number)],
    ]);
    const [[, user]] = seriesOf('process.cpu.time') as [[string, number]];
    expect(user).toBeLessThanOrEqual(process.cpuUsage().user / 1e6);
    expect(user).toBeGreaterThan(0);
    expect(seriesOf('nodejs.eventloop.time').map(([state]) => state)).toEqual(['active', 'idle']);
    expect(seriesOf('v8js.memory.heap.used').map(([space]) => space)).toEqual(
      expect.arrayContaining(['new_space', 'old_space']),
    );
    const [[, rss]] = seriesOf('process.memory.usage') as [[undefined, number]];
    expect(rss / process.memoryUsage.rss()).toBeCloseTo(1, 0);
    const [[, utilization]] = seriesOf('nodejs.eventloop.utilization') as [[undefined, number]];
    expect(utilization).toBeGreaterThanOrEqual(0);
    expect(utilization).toBeLessThanOrEqual(1);
    expect(seriesOf('v8js.gc.duration').map(([type]) => type)).toEqual(
      expect.arrayContaining(['major']),
    );
    const gcCount = (): number =>
      (collect().get('v8js.gc.duration')?.points ?? []).reduce(
        (sum, point) => sum + ('count' in point ? point.count : 0),
        0,
      );
    stop();
    expect([...collect().keys()]).toEqual(['v8js.gc.duration']);
    const before = gcCount();
    collectGarbage();
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    expect(gcCount()).toBe(before);
    expect(warnings).toEqual([]);
  });
});

describe('EventLoopDelay', () => {
  it('has the delays since the last reading, and the same for readings in close succession', async () => {
    const delay = new EventLoopDelay();
    await until(
      () => {
        block(30);
        return delay.read() !== undefined;
      },
      () => delay.read(),
    );
    const first = delay.read();
    block(100);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(delay.read()).toBe(first);
    delay.stop();
    expect(first?.max).toBeGreaterThan(0.01);
    expect(first?.min).toBeLessThanOrEqual(first?.max ?? 0);
    expect(first?.p50).toBeLessThanOrEqual(first?.p99 ?? 0);
  });
});
