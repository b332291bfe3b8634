import {
  constants,
  type EventLoopUtilization,
  type PerformanceEntry,
  PerformanceObserver,
  performance,
} from 'node:perf_hooks';
import { contextStorage, type InstrumentOptions } from '../../context/index.js';
import { monotonicMillis } from '../../system-time.js';
import type { MetricsRegistry } from '../metrics-registry.js';
import type { Observe } from '../observable.js';
import {
  CPU_MODE,
  EVENTLOOP_STATE,
  GC_TYPE,
  HEAP_SPACE_NAME,
  METRIC_CPU_TIME,
  METRIC_EVENTLOOP_DELAY_MAX,
  METRIC_EVENTLOOP_DELAY_MEAN,
  METRIC_EVENTLOOP_DELAY_MIN,
  METRIC_EVENTLOOP_DELAY_P50,
  METRIC_EVENTLOOP_DELAY_P90,
  METRIC_EVENTLOOP_DELAY_P99,
  METRIC_EVENTLOOP_DELAY_STDDEV,
  METRIC_EVENTLOOP_TIME,
  METRIC_EVENTLOOP_UTILIZATION,
  METRIC_GC_DURATION,
  METRIC_HEAP_SPACE_AVAILABLE_SIZE,
  METRIC_HEAP_SPACE_PHYSICAL_SIZE,
  METRIC_HEAP_SPACE_SIZE,
  METRIC_HEAP_USED,
  METRIC_MEMORY_USAGE,
  METRIC_UPTIME,
} from './attributes.js';
import { EventLoopDelay, type EventLoopDelays } from './event-loop-delay.js';

const SECONDS = 's';
const BYTES = 'By';
const MICROS_PER_SECOND = 1e6;
const MILLIS_PER_SECOND = 1000;

/** Spec: there, `v8js.gc.duration`. */
const GC_BOUNDS = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];

const GC_TYPES: Readonly<Record<number, string>> = {
  [constants.NODE_PERFORMANCE_GC_MAJOR]: 'major',
  [constants.NODE_PERFORMANCE_GC_MINOR]: 'minor',
  [constants.NODE_PERFORMANCE_GC_INCREMENTAL]: 'incremental',
  [constants.NODE_PERFORMANCE_GC_WEAKCB]: 'weakcb',
};

const DELAYS: readonly [keyof EventLoopDelays, string, string][] = [
  ['min', METRIC_EVENTLOOP_DELAY_MIN, 'Event loop minimum delay.'],
  ['max', METRIC_EVENTLOOP_DELAY_MAX, 'Event loop maximum delay.'],
  ['mean', METRIC_EVENTLOOP_DELAY_MEAN, 'Event loop mean delay.'],
  ['stddev', METRIC_EVENTLOOP_DELAY_STDDEV, 'Event loop standard deviation delay.'],
  ['p50', METRIC_EVENTLOOP_DELAY_P50, 'Event loop 50 percentile delay.'],
  ['p90', METRIC_EVENTLOOP_DELAY_P90, 'Event loop 90 percentile delay.'],
  ['p99', METRIC_EVENTLOOP_DELAY_P99, 'Event loop 99 percentile delay.'],
];

/**
 * Records event loop, garbage collection, heap, CPU and memory of the process. Values are read with each collection;
 * only garbage collections are recorded when they happen. Each application has monitors of its own.
 *
 * @returns a function that stops the monitors and removes the metrics
 */
export function recordProcessMetrics(registry: MetricsRegistry): () => void {
  const stops: (() => void)[] = [];
  const observe = (
    kind: 'counter' | 'up_down_counter' | 'gauge',
    name: string,
    options: InstrumentOptions,
    callback: (observe: Observe) => void,
  ): void => {
    stops.push(registry.observe(kind, name, options, callback));
  };
  stops.push(observeDelay(observe));
  observeUtilization(observe);
  observeHeap(observe);
  observeProcess(observe);
  stops.push(recordCollections(registry));
  return () => {
    for (const stop of stops.splice(0)) stop();
  };
}

type ObserveMetric = (
  kind: 'counter' | 'up_down_counter' | 'gauge',
  name: string,
  options: InstrumentOptions,
  callback: (observe: Observe) => void,
) => void;

function observeDelay(observe: ObserveMetric): () => void {
  const delay = new EventLoopDelay();
  for (const [statistic, name, description] of DELAYS) {
    observe('gauge', name, { unit: SECONDS, description }, (result) => {
      const delays = delay.read();
      if (delays !== undefined) result(delays[statistic]);
    });
  }
  return () => delay.stop();
}

function observeUtilization(observe: ObserveMetric): void {
  let since: EventLoopUtilization = performance.eventLoopUtilization();
  let sinceMillis = monotonicMillis();
  let utilization = since.utilization;
  observe(
    'gauge',
    METRIC_EVENTLOOP_UTILIZATION,
    { unit: '1', description: 'Event loop utilization.' },
    (result) => {
      const now = monotonicMillis();
      // A second reader does not get an interval of nothing.
      if (now - sinceMillis >= MILLIS_PER_SECOND) {
        const current = performance.eventLoopUtilization();
        utilization = performance.eventLoopUtilization(current, since).utilization;
        since = current;
        sinceMillis = now;
      }
      result(utilization);
    },
  );
  const description = 'Cumulative duration of time the event loop has been in each state.';
  observe('counter', METRIC_EVENTLOOP_TIME, { unit: SECONDS, description }, (result) => {
    const { active, idle } = performance.eventLoopUtilization();
    result(active / MILLIS_PER_SECOND, { [EVENTLOOP_STATE]: 'active' });
    result(idle / MILLIS_PER_SECOND, { [EVENTLOOP_STATE]: 'idle' });
  });
}

function observeHeap(observe: ObserveMetric): void {
  // Not imported: its ES module reads every export, and few applications want these metrics.
  const { getHeapSpaceStatistics } = process.getBuiltinModule('node:v8');
  const spaces = [
    [
      METRIC_HEAP_SPACE_SIZE,
      'space_size',
      'Total heap memory size pre-allocated for a heap space.',
    ],
    [METRIC_HEAP_USED, 'space_used_size', 'Heap memory size allocated.'],
    [METRIC_HEAP_SPACE_AVAILABLE_SIZE, 'space_available_size', 'Heap space available size.'],
    [METRIC_HEAP_SPACE_PHYSICAL_SIZE, 'physical_space_size', 'Committed size of a heap space.'],
  ] as const;
  for (const [name, member, description] of spaces) {
    observe('up_down_counter', name, { unit: BYTES, description }, (result) => {
      for (const space of getHeapSpaceStatistics()) {
        result(space[member], { [HEAP_SPACE_NAME]: space.space_name });
      }
    });
  }
}

function observeProcess(observe: ObserveMetric): void {
  const cpu = 'Total CPU seconds broken down by different CPU modes.';
  observe('counter', METRIC_CPU_TIME, { unit: SECONDS, description: cpu }, (result) => {
    const { user, system } = process.cpuUsage();
    result(user / MICROS_PER_SECOND, { [CPU_MODE]: 'user' });
    result(system / MICROS_PER_SECOND, { [CPU_MODE]: 'system' });
  });
  const memory = 'The amount of physical memory in use.';
  observe('up_down_counter', METRIC_MEMORY_USAGE, { unit: BYTES, description: memory }, (result) =>
    result(process.memoryUsage.rss()),
  );
  const uptime = 'The time the process has been running.';
  observe('gauge', METRIC_UPTIME, { unit: SECONDS, description: uptime }, (result) =>
    result(process.uptime()),
  );
}

function recordCollections(registry: MetricsRegistry): () => void {
  const durations = registry.histogram(METRIC_GC_DURATION, {
    unit: SECONDS,
    description: 'Garbage collection duration.',
    bounds: GC_BOUNDS,
  });
  const observer = new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) {
      const type = GC_TYPES[kindOf(entry)];
      if (type !== undefined) {
        durations.record(entry.duration / MILLIS_PER_SECOND, { [GC_TYPE]: type });
      }
    }
  });
  // The observer keeps the context in which it begins.
  contextStorage.runSuppressed(() => observer.observe({ entryTypes: ['gc'] }));
  return () => observer.disconnect();
}

function kindOf(entry: PerformanceEntry): number {
  const { detail } = entry as PerformanceEntry & { readonly detail: { readonly kind: number } };
  return detail.kind;
}
