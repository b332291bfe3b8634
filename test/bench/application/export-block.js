import { fileURLToPath } from 'node:url';
import { message, output, start, stop } from '../child.js';

const PROBE = fileURLToPath(new URL('./export-block/probe.js', import.meta.url));
const SINK = fileURLToPath(new URL('./sink.js', import.meta.url));

/**
 * One round of one system: how long a turn of the event loop gets while spans are exported.
 *
 * @param system a module of `export-block/`
 */
export async function runExportBlock(system) {
  const sink = start([SINK], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  try {
    const { port } = await message(sink);
    const url = `http://127.0.0.1:${port}/v1/traces`;
    return JSON.parse(await output([PROBE, system, url]));
  } finally {
    await stop(sink);
  }
}
