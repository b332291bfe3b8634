import { fileURLToPath } from 'node:url';
import { message, start, stop } from '../../child.js';
import { nginxVersion, startNginx } from './nginx.js';

const SINK = fileURLToPath(new URL('../sink.js', import.meta.url));

const version = nginxVersion();

/** What receives the spans, and where it is not a native process, why. */
export const receiverName = version ?? 'sink.js, because nginx is not installed';

/**
 * Starts a receiver of OTLP on the loopback interface: nginx where it is installed, else a server of Node.
 *
 * @param core the core to pin it to
 * @returns `{ urlOf, stop }`: a URL for each sender, and the end, which gives back how many posts each has sent, if the
 *   receiver counts them
 */
export function startReceiver(core) {
  return version === undefined ? startSink(core) : startNginx(core);
}

async function startSink(core) {
  const limitMillis = 24 * 3600_000;
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const sink = start([SINK], { stdio, core, limitMillis });
  const { port } = await message(sink);
  return {
    urlOf: (sender) => `http://127.0.0.1:${port}/${sender}/v1/traces`,
    async stop() {
      await stop(sink);
      return new Map();
    },
  };
}
