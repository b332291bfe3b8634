import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';

/** A broker of Kafka for one test file. */
export interface KafkaServer {
  /** `host:port`. */
  readonly address: string;
  close(): Promise<void>;
}

/**
 * Starts the mock cluster of librdkafka, a part of the program `kcat`. It speaks the protocol to any client
 * and creates topics by itself; it has no transactions, and loses everything at its end. Where `kcat` is
 * missing, the tests are skipped with a message, unless `TEST_SERVICES` is `required`.
 *
 * @returns undefined where `kcat` is missing
 */
export async function startKafkaServer(): Promise<KafkaServer | undefined> {
  if (spawnSync('kcat', ['-V']).error !== undefined) {
    const message = 'The program kcat, which contains a broker of Kafka, is not installed';
    if (process.env.TEST_SERVICES === 'required') throw new Error(`${message}, but is required.`);
    process.stderr.write(`${message}: its tests are skipped.\n`);
    return undefined;
  }
  // It ends with its standard input, also if this process is killed.
  const child = spawn(
    'kcat',
    ['-X', 'test.mock.num.brokers=1', '-d', 'mock', '-b', '127.0.0.1:1', '-P', '-t', 'warm'],
    { stdio: ['pipe', 'ignore', 'pipe'] },
  );
  const address = await addressOf(child);
  return {
    address,
    async close() {
      const closed = once(child, 'close');
      child.kill('SIGKILL');
      await closed;
    },
  };
}

function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let log = '';
    child.stderr?.on('data', (chunk) => {
      log += String(chunk);
      const found = /bootstrap\.servers=(\S+:\d+)/.exec(log)?.[1];
      if (found !== undefined) resolve(found);
      // Afterwards it logs each request.
      if (log.length > 100_000) log = '';
    });
    child.once('error', reject);
    child.once('close', () => reject(new Error(`kcat ended:\n${log}`)));
  });
}
