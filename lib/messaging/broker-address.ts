import { parseHostAndPort } from '../carriers/index.js';
import type { BrokerAddress } from './message-info.js';

/**
 * Parses the address of a broker from the setting of a client: `host:port`, a URL, an object with
 * `hostname` (or `host`) and `port`, or a list with one of these. User names and passwords are left out.
 *
 * @returns undefined for several addresses, because the client chooses one of them, and for other values
 */
export function parseBrokerAddress(setting: unknown): BrokerAddress | undefined {
  if (Array.isArray(setting)) {
    return setting.length === 1 ? parseBrokerAddress(setting[0]) : undefined;
  }
  if (typeof setting === 'string')
    return setting.includes('://') ? ofUrl(setting) : ofText(setting);
  if (typeof setting !== 'object' || setting === null) return undefined;
  const { hostname, host = hostname, port } = setting as Record<string, unknown>;
  if (typeof host !== 'string') return undefined;
  return { host, port: portOf(port) };
}

function ofUrl(text: string): BrokerAddress | undefined {
  try {
    const { hostname, port } = new URL(text);
    if (hostname === '') return undefined;
    return { host: hostname.replace(/^\[(.*)\]$/, '$1'), port: portOf(port) };
  } catch {
    return undefined;
  }
}

function ofText(text: string): BrokerAddress | undefined {
  // `user:password@host` without a scheme.
  return parseHostAndPort(text.slice(text.lastIndexOf('@') + 1)) ?? undefined;
}

function portOf(port: unknown): number | undefined {
  const number = typeof port === 'string' && port !== '' ? Number(port) : port;
  return typeof number === 'number' && Number.isInteger(number) && number > 0 && number < 65_536
    ? number
    : undefined;
}
