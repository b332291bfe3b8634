import { fileURLToPath } from 'node:url';
import { message, start } from '../child.js';

const MAIN = fileURLToPath(new URL('./server/main.js', import.meta.url));
const PRELOAD = new URL('./server/opentelemetry-preload.js', import.meta.url).href;

/** The server has one core for itself; whatever asks it and receives its spans shares another. */
export const SERVER_CORE = 0;
export const OTHERS_CORE = 1;

/** What Node loads before the application of a variant. */
export function preloadOf(variant) {
  return variant.startsWith('opentelemetry') ? ['--import', PRELOAD] : [];
}

/** @param url where the variant sends its spans */
export function serverOptions(url) {
  return { core: SERVER_CORE, env: { ...process.env, NODE_ENV: 'production', OTLP_URL: url } };
}

/**
 * Starts a variant of the application on a platform.
 *
 * @returns the process and its port
 */
export async function startServer({ platform, variant, url, limitMillis }) {
  const stdio = ['ignore', 'inherit', 'inherit', 'ipc'];
  const args = [...preloadOf(variant), MAIN, platform, variant];
  const server = start(args, { stdio, limitMillis, ...serverOptions(url) });
  const { port } = await message(server);
  return { server, port };
}
