import { openSync, readSync } from 'node:fs';

const clock = processorClock() ??
  scheduleClock() ?? {
    source: 'process.cpuUsage: whole process',
    read: () => nanosOf(process.cpuUsage()),
  };

/**
 * Returns the CPU time of the main thread so far, in nanoseconds. The threads of the garbage collector and the
 * compiler run on other cores where there are some: their time delays no request, and varies from run to run.
 */
export const threadCpuNanos = clock.read;

/** Where {@link threadCpuNanos} comes from. Systems that do not count threads apart give the time of the process. */
export const threadTimeSource = clock.source;

/** Since Node 23.9. */
function processorClock() {
  if (process.threadCpuUsage === undefined) return undefined;
  return { source: 'process.threadCpuUsage', read: () => nanosOf(process.threadCpuUsage()) };
}

/** Linux counts the time of each thread in nanoseconds, up to its last tick or its last pause. */
function scheduleClock() {
  const bytes = Buffer.alloc(96);
  let file;
  try {
    // The main thread of a process has the number of the process.
    file = openSync(`/proc/self/task/${process.pid}/schedstat`, 'r');
  } catch {
    return undefined;
  }
  const pause = new Int32Array(new SharedArrayBuffer(4));
  const read = () => {
    Atomics.wait(pause, 0, 0, 0.01);
    const length = readSync(file, bytes, 0, bytes.length, 0);
    return Number(bytes.latin1Slice(0, length).split(' ')[0]);
  };
  return { source: '/proc schedstat', read };
}

function nanosOf({ user, system }) {
  return (user + system) * 1e3;
}
