import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import * as net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { freePort } from './free-port.js';
import { expectSoon } from './until.js';

/** A process of `redis-server` that a test has started. */
interface RedisProcess {
  readonly port: number;
  close(): Promise<void>;
}

/** Several of them. */
export interface RedisProcesses {
  readonly ports: readonly number[];
  close(): Promise<void>;
}

/**
 * Whether the program `redis-server` is there. Where it is not, its tests are skipped with a message, unless
 * `TEST_SERVICES` is `required`.
 *
 * @throws Error where it is required and not there
 */
export async function hasRedisServer(): Promise<boolean> {
  const isThere = await new Promise<boolean>((resolve) => {
    const child = spawn('redis-server', ['--version'], { stdio: 'ignore' });
    child.once('error', () => resolve(false));
    child.once('exit', (code) => resolve(code === 0));
  });
  if (isThere) return true;
  const message = 'The program redis-server is not there';
  if (process.env.TEST_SERVICES === 'required') throw new Error(`${message}, but is required.`);
  process.stderr.write(`${message}: its tests are skipped.\n`);
  return false;
}

const SLOT_COUNT = 16_384;

/** Starts a cluster of three masters without replicas. */
export async function startRedisCluster(): Promise<RedisProcesses> {
  const servers: RedisProcess[] = [];
  const buses: number[] = [];
  for (let index = 0; index < 3; index++) {
    const bus = await freePort();
    buses.push(bus);
    servers.push(await startRedis(['--cluster-enabled', 'yes', '--cluster-port', String(bus)]));
  }
  const ports = servers.map(({ port }) => port);
  const share = Math.ceil(SLOT_COUNT / ports.length);
  for (const [index, port] of ports.entries()) {
    const last = Math.min((index + 1) * share, SLOT_COUNT) - 1;
    await send(port, `CLUSTER ADDSLOTSRANGE ${index * share} ${last}`);
    if (index > 0) await send(port, `CLUSTER MEET 127.0.0.1 ${ports[0]} ${buses[0]}`);
  }
  for (const port of ports) {
    await expectSoon(
      () => send(port, 'CLUSTER INFO'),
      (info) => expect(info).toMatch(/cluster_state:ok[\s\S]*cluster_known_nodes:3/),
    );
  }
  return { ports, close: () => closeAll(servers) };
}

/** Starts a server, and then a sentinel that calls it `master`. */
export async function startRedisSentinel(): Promise<RedisProcesses> {
  const master = await startRedis([]);
  const sentinel = await startRedis(['--sentinel'], true);
  await send(sentinel.port, `SENTINEL MONITOR master 127.0.0.1 ${master.port} 1`);
  return {
    ports: [master.port, sentinel.port],
    close: () => closeAll([sentinel, master]),
  };
}

/** Starts a server with a password. */
export async function startRedisWithPassword(password: string): Promise<RedisProcesses> {
  const server = await startRedis(['--requirepass', password]);
  return { ports: [server.port], close: () => closeAll([server]) };
}

async function closeAll(servers: readonly RedisProcess[]): Promise<void> {
  for (const server of servers) await server.close();
}

/** @param hasFile whether the server needs a file to write its configuration to */
async function startRedis(more: readonly string[], hasFile = false): Promise<RedisProcess> {
  const folder = await mkdtemp(join(tmpdir(), 'traced-redis-'));
  const port = await freePort();
  const file = join(folder, 'redis.conf');
  if (hasFile) await writeFile(file, '');
  const child = spawn(
    'redis-server',
    [
      ...(hasFile ? [file] : ['--save', '']),
      ...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
      ...more,
    ],
    { stdio: 'ignore' },
  );
  const ended = new Promise((resolve) => child.once('exit', resolve));
  await expectSoon(
    () => send(port, 'PING').catch(String),
    (answer) => expect(answer).toMatch(/PONG|NOAUTH/),
  );
  return {
    port,
    close: async () => {
      child.kill('SIGKILL');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Sends one command, and returns the first bytes of the answer. */
function send(port: number, command: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = net.connect(port, '127.0.0.1', () => socket.write(`${command}\r\n`));
    socket.once('error', reject);
    socket.once('data', (data) => {
      socket.destroy();
      resolve(data.toString());
    });
  });
}
