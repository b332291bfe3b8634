// Semantic conventions 1.45.0, `docs/runtime/nodejs-metrics.md`, `docs/runtime/v8js-metrics.md`,
// `docs/system/process-metrics.md`.

export const METRIC_EVENTLOOP_DELAY_MIN = 'nodejs.eventloop.delay.min';
export const METRIC_EVENTLOOP_DELAY_MAX = 'nodejs.eventloop.delay.max';
export const METRIC_EVENTLOOP_DELAY_MEAN = 'nodejs.eventloop.delay.mean';
export const METRIC_EVENTLOOP_DELAY_STDDEV = 'nodejs.eventloop.delay.stddev';
export const METRIC_EVENTLOOP_DELAY_P50 = 'nodejs.eventloop.delay.p50';
export const METRIC_EVENTLOOP_DELAY_P90 = 'nodejs.eventloop.delay.p90';
export const METRIC_EVENTLOOP_DELAY_P99 = 'nodejs.eventloop.delay.p99';
export const METRIC_EVENTLOOP_UTILIZATION = 'nodejs.eventloop.utilization';
export const METRIC_EVENTLOOP_TIME = 'nodejs.eventloop.time';
export const METRIC_GC_DURATION = 'v8js.gc.duration';
export const METRIC_HEAP_SPACE_SIZE = 'v8js.memory.heap.space.size';
export const METRIC_HEAP_SPACE_AVAILABLE_SIZE = 'v8js.memory.heap.space.available_size';
export const METRIC_HEAP_SPACE_PHYSICAL_SIZE = 'v8js.memory.heap.space.physical_size';
export const METRIC_HEAP_USED = 'v8js.memory.heap.used';
export const METRIC_CPU_TIME = 'process.cpu.time';
export const METRIC_MEMORY_USAGE = 'process.memory.usage';
export const METRIC_UPTIME = 'process.uptime';

export const EVENTLOOP_STATE = 'nodejs.eventloop.state';
export const GC_TYPE = 'v8js.gc.type';
export const HEAP_SPACE_NAME = 'v8js.heap.space.name';
export const CPU_MODE = 'cpu.mode';
