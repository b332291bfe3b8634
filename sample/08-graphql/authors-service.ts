import { Injectable } from '@nestjs/common';
import DataLoader from 'dataloader';
import { tracedDataLoader } from 'nestjs-traced';
import type { Author } from './book.js';

const NAMES: Readonly<Record<string, string>> = { a1: 'Jane Austen', a2: 'George Eliot' };

@Injectable()
export class AuthorsService {
  /** The span of a batch has the number of its keys. */
  private readonly loader = tracedDataLoader(
    'load authors',
    async (ids: readonly string[]) => ids.map((id) => ({ id, name: NAMES[id] ?? 'unknown' })),
    (load) => new DataLoader<string, Author>(load, { cache: false }),
  );

  load(id: string): Promise<Author> {
    return this.loader.load(id);
  }
}
