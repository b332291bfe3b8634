import { readFileSync } from 'node:fs';
import type { LookupFunction, Socket } from 'node:net';
import type { OtlpSpanExporterOptions } from '../../../lib/export/index.js';
import { Collector } from './collector.js';
import { findRefusingUrl, RawServer } from './raw-server.js';

/** A place that spans are sent to, and what of the exporter's options leads there. */
export interface FaultyDestination {
  readonly options: OtlpSpanExporterOptions;
  stop(): Promise<void>;
}

export const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';

/** Resolves no name. */
export const noSuchName: LookupFunction = (name, _options, callback) => {
  const error = Object.assign(new Error(`getaddrinfo ENOTFOUND ${name}`), { code: 'ENOTFOUND' });
  setImmediate(() => callback(error, '', 4));
};

/** Every way to fail that a destination has, by what it does. */
export const FAULTY_DESTINATIONS: readonly [string, () => Promise<FaultyDestination>][] = [
  [
    'refuses connections',
    async () => ({ options: { url: await findRefusingUrl() }, stop: async () => {} }),
  ],
  [
    'has no address',
    async () => ({
      options: { url: 'http://collector.test/v1/traces', agentOptions: { lookup: noSuchName } },
      stop: async () => {},
    }),
  ],
  ['accepts and never answers', () => raw(() => {})],
  [
    'answers byte by byte, without end',
    () =>
      raw(async (socket) => {
        while (!socket.destroyed) {
          await new Promise((resolve) => socket.write('HTTP/1.1 100 Continue\r\n\r\n', resolve));
          await new Promise((resolve) => setTimeout(resolve, 10));
        }
      }),
  ],
  ['resets every connection', () => raw((socket) => socket.resetAndDestroy())],
  [
    'resets in the middle of a request',
    () =>
      raw(
        () => {},
        (socket) => socket.once('data', () => socket.resetAndDestroy()),
      ),
  ],
  [
    'breaks off in the middle of its answer',
    () =>
      raw((socket) =>
        socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', () => socket.destroy()),
      ),
  ],
  ...[400, 401, 404, 413, 429, 500, 502, 503, 504].map(
    (status): [string, () => Promise<FaultyDestination>] => [
      `answers ${status}`,
      () => raw((socket) => socket.write(`HTTP/1.1 ${status} No\r\ncontent-length: 0\r\n\r\n`)),
    ],
  ),
  [
    'wants them much later',
    () =>
      raw((socket) =>
        socket.write('HTTP/1.1 429 No\r\nretry-after: 8\r\ncontent-length: 0\r\n\r\n'),
      ),
  ],
  [
    'wants them at a later date',
    () =>
      raw((socket) => {
        const date = new Date(Date.now() + 8000).toUTCString();
        socket.write(`HTTP/1.1 503 No\r\nretry-after: ${date}\r\ncontent-length: 0\r\n\r\n`);
      }),
  ],
  [
    'answers without end',
    () =>
      raw((socket) => {
        socket.write(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(5 * 1024 * 1024)}`);
      }),
  ],
  [
    'sends them in circles',
    () =>
      raw((socket) =>
        socket.write('HTTP/1.1 307 On\r\nlocation: /v1/traces\r\ncontent-length: 0\r\n\r\n'),
      ),
  ],
  [
    'cannot prove who it is',
    async () => {
      const pem = (name: string) =>
        readFileSync(new URL(`./certificates/${name}.pem`, import.meta.url), 'utf8');
      const collector = await Collector.start(undefined, {
        cert: pem('server'),
        key: pem('server-key'),
      });
      return { options: { url: collector.url }, stop: () => collector.stop() };
    },
  ],
  [
    'speaks no TLS',
    async () => {
      const server = await RawServer.start((socket) => socket.write(OK));
      const url = server.url.replace('http://127.0.0.1', 'https://localhost');
      return { options: { url }, stop: () => server.stop() };
    },
  ],
  [
    'speaks another protocol',
    () =>
      raw(
        () => {},
        (socket) => socket.write(Buffer.alloc(20)),
      ),
  ],
];

async function raw(
  answer: (socket: Socket) => unknown,
  onConnect?: (socket: Socket) => unknown,
): Promise<FaultyDestination> {
  const server = await RawServer.start(answer, onConnect);
  return { options: { url: server.url }, stop: () => server.stop() };
}
