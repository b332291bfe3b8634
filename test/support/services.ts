import * as net from 'node:net';

/** A server that tests of the integration talk to, on this machine. */
export interface Service {
  readonly name: string;
  readonly port: number;
}

/** Trusts everybody; has a database `test` and a user `postgres`. */
export const POSTGRESQL: Service = { name: 'PostgreSQL', port: 5432 };
/** Has a database `test` and a user `root` without a password. */
export const MARIADB: Service = { name: 'MariaDB', port: 3306 };

/** Has no password. */
export const REDIS: Service = { name: 'Redis', port: 6379 };
export const NATS: Service = { name: 'NATS', port: 4222 };
/** Has a user `guest` with the password `guest`. */
export const RABBITMQ: Service = { name: 'RabbitMQ', port: 5672 };
export const MOSQUITTO: Service = { name: 'Mosquitto', port: 1883 };

/** Where RabbitMQ is, or a proxy before it. */
export function rabbitmqUrl(port = RABBITMQ.port): string {
  return `amqp://guest:guest@127.0.0.1:${port}`;
}

/**
 * Whether a server answers at 127.0.0.1. Where it does not, its tests are skipped with a message, unless
 * `TEST_SERVICES` is `required`.
 *
 * @throws Error where a server is required and not there
 */
export async function isServiceThere({ name, port }: Service): Promise<boolean> {
  const isThere = await new Promise<boolean>((resolve) => {
    const socket = net.connect({ host: '127.0.0.1', port, timeout: 2000 });
    const finish = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket
      .once('connect', finish(true))
      .once('error', finish(false))
      .once('timeout', finish(false));
  });
  if (isThere) return true;
  const message = `${name} does not answer at 127.0.0.1:${port}`;
  if (process.env.TEST_SERVICES === 'required') throw new Error(`${message}, but is required.`);
  process.stderr.write(`${message}: its tests are skipped.\n`);
  return false;
}
