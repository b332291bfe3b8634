import { setTimeout as wait } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';

/** All copies of a book are lent. */
export class NoCopyLeftError extends Error {
  override readonly name = 'NoCopyLeftError';
}

/** A loan, as the service knows it. */
export interface Loan {
  readonly bookId: number;
  readonly dueInDays: number;
}

@Injectable()
export class LoansService {
  async lend(bookId: number): Promise<Loan> {
    await wait(20);
    if (bookId > 100) throw new NoCopyLeftError(`All copies of book ${bookId} are lent`);
    return { bookId, dueInDays: 14 };
  }
}
