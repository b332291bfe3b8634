import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { until } from './until.js';

/**
 * Waits until the garbage collector has freed objects. It runs the collector again and again: an object that a
 * running callback or a cache of V8 still holds is freed by a later run.
 *
 * @param allowedCount how many can stay, because other code keeps its last ones
 */
export async function untilCollected(
  objects: readonly WeakRef<object>[],
  allowedCount = 0,
): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const liveCount = (): number => objects.filter((ref) => ref.deref() !== undefined).length;
  await until(
    () => {
      collect();
      return liveCount() <= allowedCount;
    },
    () => `${liveCount()} of ${objects.length} objects are live`,
  );
}
