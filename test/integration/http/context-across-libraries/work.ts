import { EventEmitter } from 'node:events';
import { Readable, Transform, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import DataLoader from 'dataloader';
import { Piscina } from 'piscina';
import { tracedDataLoader } from '../../../../lib/graphql/index.js';
import type { CallbackPool } from '../application/callback-pool.js';
import { steps } from './steps.js';

/** The work of a request, with objects that all requests of an application share. */
export class Work {
  readonly #workers = new Piscina({
    filename: new URL('square.js', import.meta.url).href,
    minThreads: 2,
    maxThreads: 2,
  });
  readonly #events = new EventEmitter();
  /** Its batches contain keys of several requests. */
  readonly #squares: DataLoader<number, number>;

  constructor(readonly pool: CallbackPool) {
    this.#events.on('order', (id: string) => {
      steps.take('listener', id);
      setImmediate(() => steps.take('timer of listener', id));
    });
    this.#squares = new DataLoader(
      (keys) => Promise.all(keys.map((key) => this.#workers.run(key) as Promise<number>)),
      { cache: false, batchScheduleFn: (load) => pool.run(load) },
    );
  }

  async run(id: string): Promise<Readable> {
    steps.take('handler', id);
    this.#events.emit('order', id);
    await this.#workers.run(Number(id));
    steps.take('worker done', id);
    await this.#squares.load(Number(id));
    steps.take('shared loader done', id);
    const lines = tracedDataLoader(
      'load lines',
      async (keys: readonly string[]) => {
        steps.take('batch', id);
        return keys;
      },
      (batch) => new DataLoader(batch),
    );
    await Promise.all([lines.load('a'), lines.load('b')]);
    await pipeline(Readable.from(['one']), step('stream', id), new Writable({ write: nothing }));
    return Readable.from(['order ', id]).pipe(step('response', id));
  }

  async close(): Promise<void> {
    this.pool.close();
    await this.#workers.destroy();
  }
}

function step(name: string, id: string): Transform {
  return new Transform({
    transform(chunk, _encoding, done) {
      steps.take(name, id);
      setImmediate(done, null, chunk);
    },
  });
}

function nothing(_chunk: unknown, _encoding: string, done: () => void): void {
  done();
}
