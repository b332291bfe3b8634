import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { start, stop } from '../../child.js';
import { freePort } from '../server/free-port.js';

const START_MILLIS = 5000;

const folders = new Set();
// Also where a run is interrupted.
process.on('exit', () => folders.forEach(removeFolder));

/** The name and version of nginx, such as `nginx/1.22.1`; undefined where it is not installed. */
export function nginxVersion() {
  const { stderr } = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  return /nginx\/\S+/.exec(stderr ?? '')?.[0];
}

/**
 * An OTLP receiver that is not of Node: it reads and discards what is posted, and answers 200. It takes next to
 * nothing of the core that it shares with the generator of load.
 *
 * @param core the core to pin it to
 * @returns `{ urlOf, stop }`: a URL for each sender, and the end, which gives back how many posts each has sent
 */
export async function startNginx(core) {
  const folder = mkdtempSync(join(tmpdir(), 'nestjs-traced-bench-'));
  folders.add(folder);
  const port = await freePort();
  writeFileSync(join(folder, 'nginx.conf'), configuration(folder, port));
  const args = ['-p', folder, '-c', join(folder, 'nginx.conf'), '-e', join(folder, 'error.log')];
  const stdio = ['ignore', 'ignore', 'inherit'];
  const limitMillis = 24 * 3600_000;
  const child = start(args, { core, command: 'nginx', stdio, limitMillis });
  try {
    await isListening(port);
  } catch (error) {
    await stop(child);
    removeFolder(folder);
    throw error;
  }
  const end = async () => {
    // It writes its log when it is asked to quit.
    await stop(child, 'SIGQUIT');
    const received = readPosts(readFileSync(join(folder, 'posts.log'), 'utf8'));
    removeFolder(folder);
    return received;
  };
  let ended;
  return {
    urlOf: (sender) => `http://127.0.0.1:${port}/${sender}/v1/traces`,
    stop() {
      ended ??= end();
      return ended;
    },
  };
}

function removeFolder(folder) {
  rmSync(folder, { recursive: true, force: true });
  folders.delete(folder);
}

function configuration(folder, port) {
  return `daemon off;
master_process off;
pid ${folder}/nginx.pid;
error_log ${folder}/error.log warn;
events { worker_connections 256; }
http {
  log_format posts '$uri';
  access_log ${folder}/posts.log posts buffer=64k flush=1s;
  client_body_temp_path ${folder}/bodies;
  proxy_temp_path ${folder}/proxy;
  fastcgi_temp_path ${folder}/fastcgi;
  uwsgi_temp_path ${folder}/uwsgi;
  scgi_temp_path ${folder}/scgi;
  client_max_body_size 0;
  keepalive_timeout 1h;
  keepalive_requests 1000000;
  server {
    listen 127.0.0.1:${port};
    location / { return 200; }
  }
}
`;
}

async function isListening(port) {
  const end = performance.now() + START_MILLIS;
  for (;;) {
    try {
      await new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => socket.destroy(resolve()));
        socket.once('error', reject);
      });
      return;
    } catch (error) {
      if (performance.now() > end) throw error;
      await sleep(20);
    }
  }
}

/** @returns the number of posts by the first part of their path, which names the sender */
function readPosts(log) {
  const posts = new Map();
  for (const uri of log.split('\n').filter(Boolean)) {
    const [, sender] = uri.split('/');
    posts.set(sender, (posts.get(sender) ?? 0) + 1);
  }
  return posts;
}
