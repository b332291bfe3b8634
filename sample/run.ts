import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

/** A server that a sample needs. */
interface Server {
  readonly name: string;
  /** The variable from which the sample takes the address. */
  readonly variable: string;
  /** Where the sample looks without that variable. */
  readonly url: string;
  /** The arguments of `docker run --rm` that start it there. */
  readonly image: string;
}

const POSTGRESQL: Server = {
  name: 'PostgreSQL',
  variable: 'DATABASE_URL',
  url: 'postgres://postgres@127.0.0.1:5432/test',
  image: '-p 5432:5432 -e POSTGRES_DB=test -e POSTGRES_HOST_AUTH_METHOD=trust postgres:17',
};
const RABBITMQ: Server = {
  name: 'RabbitMQ',
  variable: 'RABBITMQ_URL',
  url: 'amqp://guest:guest@127.0.0.1:5672',
  image: '-p 5672:5672 rabbitmq:4',
};
const REDIS: Server = {
  name: 'Redis',
  variable: 'REDIS_URL',
  url: 'redis://127.0.0.1:6379',
  image: '-p 6379:6379 redis:8',
};

const SERVERS: Readonly<Record<string, Server>> = {
  '05-database': POSTGRESQL,
  '06-messages': RABBITMQ,
  '07-jobs': REDIS,
  '14-workers': REDIS,
};

const USAGE = `npm run sample NAME
npm run sample NAME -- --viewer   shows its traces in the trace viewer; --port sets the port of the viewer

The samples:`;

// This file runs from dist/sample, beside the built samples.
const built = import.meta.dirname;
const sources = join(built, '../../sample');
const names = readdirSync(sources).filter((name) => /^\d\d-/.test(name));

const { wanted, isInViewer, port } = readArguments();
const found = wanted === undefined ? [] : names.filter((name) => name.startsWith(wanted));
const [name] = found;

if (name === undefined || found.length > 1) {
  console.error([USAGE, ...names.map((each) => `  ${each}`)].join('\n'));
  process.exitCode = 1;
} else {
  process.exitCode = await run(name);
}

/** @returns no name for arguments that are not right */
function readArguments() {
  try {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { viewer: { type: 'boolean' }, port: { type: 'string' } },
    });
    const [wanted] = positionals.length === 1 ? positionals : [];
    return { wanted, isInViewer: values.viewer === true, port: values.port };
  } catch {
    return {};
  }
}

/** @returns the exit code of the sample */
async function run(name: string): Promise<number> {
  const main = join(built, name, 'main.js');
  if (!existsSync(main)) {
    console.error(`${name} is not an application. sample/README.md says how to run it.`);
    return 1;
  }
  const server = SERVERS[name];
  if (server !== undefined && !(await isThere(server))) return 1;
  // The compiler leaves the contracts of gRPC where they are.
  for (const file of readdirSync(join(sources, name))) {
    if (file.endsWith('.proto')) copyFileSync(join(sources, name, file), join(built, name, file));
  }
  const viewer = [join(built, '../esm/viewer/cli/main.js'), 'viewer'];
  if (port !== undefined) viewer.push('--port', port);
  const args = isInViewer ? [...viewer, '--', process.execPath, main] : [main];
  const child = spawn(process.execPath, args, { stdio: 'inherit' });
  // Ctrl+C reaches the sample too, which delivers its last spans before it ends.
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve) => child.once('exit', (code) => resolve(code ?? 0)));
}

/** Whether a server accepts connections; says how to start it where it does not. */
async function isThere({ name, variable, url, image }: Server): Promise<boolean> {
  const { hostname, port } = new URL(process.env[variable] ?? url);
  const answers = await new Promise<boolean>((resolve) => {
    const socket = connect({ host: hostname, port: Number(port), timeout: 2000 });
    const finish = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('connect', finish(true)).once('error', finish(false));
    socket.once('timeout', finish(false));
  });
  if (!answers) {
    console.error(
      `This sample needs ${name}, which does not answer at ${hostname}:${port}. Start it, for example:\n\n` +
        `  docker run --rm ${image}\n\nIf it is elsewhere, set ${variable}, such as ${url}`,
    );
  }
  return answers;
}
