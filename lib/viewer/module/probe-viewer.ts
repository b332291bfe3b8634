import { request } from 'node:http';
import { VIEWER_HEADER } from '../server/answers.js';
import type { ViewerSettings } from './viewer-options.js';

const PROBE_TIMEOUT_MILLIS = 1_000;

/**
 * Who has a port: a viewer that takes our spans, one that demands another token, or another program.
 */
export type PortHolder = 'viewer' | 'other-token' | 'stranger';

/** Asks the server on a port of this machine who it is. Does not throw. */
export function probeViewer({
  host,
  port,
  token,
}: Pick<ViewerSettings, 'host' | 'port' | 'token'>): Promise<PortHolder> {
  const address = reachableAddress(host);
  const headers = {
    host: `localhost:${port}`,
    connection: 'close',
    ...(token !== undefined && { authorization: `Bearer ${token}` }),
  };
  return new Promise((resolve) => {
    const options = { host: address, port, path: '/api/viewer', headers, agent: false };
    const asked = request({ ...options, timeout: PROBE_TIMEOUT_MILLIS }, (response) => {
      response.resume();
      if (response.headers[VIEWER_HEADER] === undefined) resolve('stranger');
      else resolve(response.statusCode === 200 ? 'viewer' : 'other-token');
    });
    asked.on('timeout', () => asked.destroy());
    // Also after a timeout: who does not answer HTTP is no viewer.
    asked.on('error', () => resolve('stranger'));
    asked.on('close', () => resolve('stranger'));
    asked.end();
  });
}

/** The address by which this machine reaches a server that listens on `host`. */
export function reachableAddress(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1';
  return host === '::' ? '::1' : host;
}
