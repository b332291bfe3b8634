import { PrismaPg } from '@prisma/adapter-pg';
import { PrismaInstrumentation } from '@prisma/instrumentation';
import { getPrismaClientClass } from './prisma-client.mjs';
import tracingOfTest from './tracing.cjs';

// Takes its tracer before the tracing starts, as instrumentations do that are loaded first.
new PrismaInstrumentation();
const { tracing, tracer, recorder } = tracingOfTest.startTracing(process.argv[2]);

const PrismaClient = getPrismaClientClass();
const adapter = new PrismaPg({ host: '127.0.0.1', user: 'postgres', database: 'test' });
const prisma = new PrismaClient({ adapter }).$extends({
  query: {
    // The library calls the application: its span is a child of the library's.
    song: { findMany: ({ args, query }) => tracer.trace('check rights', () => query(args)) },
  },
});

const TABLE = 'nestjs_traced_song';
await prisma.$executeRawUnsafe(
  `CREATE TABLE IF NOT EXISTS ${TABLE} (id SERIAL PRIMARY KEY, title TEXT NOT NULL)`,
);
await tracer.trace('request', async () => {
  const { id } = await prisma.song.create({ data: { title: 'Tomorrow' } });
  await tracer.trace('read', async () => {
    await prisma.song.findMany({ where: { id } });
    await tracingOfTest.takeTime();
  });
  await prisma.song.delete({ where: { id } });
});
await prisma.$disconnect();
tracingOfTest.print(recorder);
await tracing.shutdown();
