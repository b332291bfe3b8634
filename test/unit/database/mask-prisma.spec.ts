import { describe, expect, it } from '@jest/globals';
import { messageOfPrisma } from '../../../lib/database/mask-prisma.js';

const error = (message: string, others: object = {}) => ({
  name: 'PrismaClientKnownRequestError',
  message,
  ...others,
});

describe('messageOfPrisma', () => {
  it('shows the call, and what the database said without its values', () => {
    const cause = { originalMessage: 'invalid input syntax for type integer: "hunter2"' };
    const message =
      '\nInvalid `prisma.$queryRaw()` invocation in\n/app/a.ts:1:2\n\n  1 const a = "hunter2"\n\nRaw query failed. Message: `"hunter2"`';
    expect(messageOfPrisma(error(message, { meta: { driverAdapterError: { cause } } }))).toBe(
      'Invalid prisma.$queryRaw() invocation: invalid input syntax for type integer: ?',
    );
  });

  it('shows the reason of an invalid call without its arguments', () => {
    const message =
      '\nInvalid `prisma.song.findUnique()` invocation:\n\n{\n  where: {\n    id: "hunter2"\n  }\n}\n\nArgument `id`: Invalid value provided.';
    expect(messageOfPrisma(error(message))).toBe(
      'Invalid prisma.song.findUnique() invocation: Argument ?: Invalid value provided.',
    );
  });

  it('shows a message without a call', () => {
    expect(messageOfPrisma(error("Can't reach database server"))).toBe(
      "Can't reach database server",
    );
  });

  it('knows the errors of Prisma only', () => {
    expect(messageOfPrisma(new Error('Invalid `prisma.a()` invocation'))).toBeUndefined();
    expect(messageOfPrisma({ name: 'PrismaClientKnownRequestError' })).toBeUndefined();
    expect(messageOfPrisma({ name: 1, message: '' })).toBeUndefined();
  });
});
