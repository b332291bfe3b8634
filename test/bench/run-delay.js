import { openSync, readSync } from 'node:fs';

/**
 * How long, in milliseconds since its start, this thread was ready to run while the machine ran
 * something else: a time for which no code of ours is to blame. Always 0 where the system does not
 * tell (only Linux does).
 */
export const runDelayMillis = reader();

function reader() {
  const bytes = Buffer.alloc(96);
  try {
    const file = openSync(`/proc/${process.pid}/task/${process.pid}/schedstat`, 'r');
    return () => {
      const length = readSync(file, bytes, 0, bytes.length, 0);
      return Number(bytes.latin1Slice(0, length).split(' ')[1]) / 1e6;
    };
  } catch {
    return () => 0;
  }
}
