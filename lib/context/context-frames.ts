import { AsyncLocalStorage } from 'node:async_hooks';

/**
 * True where entering a context copies the values of all storages of the process into a new frame, as from Node 24
 * on. Creating an `AsyncResource`, which keeps the frame of its creation, is then cheaper than entering a context.
 *
 * False where storages propagate their values by async hooks, as before and with `--no-async-context-frame`:
 * entering a context is then cheaper than creating a resource.
 */
// The two implementations look the same, but for this method of the older one.
export const ENTERING_COPIES_FRAME = !('_propagate' in AsyncLocalStorage.prototype);
