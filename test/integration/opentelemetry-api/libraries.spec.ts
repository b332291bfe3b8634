import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { isServiceThere, POSTGRESQL, REDIS } from '../../support/services.js';
import { BUILD_FILES, RepositoryCopy, ROOT } from '../sample/repository-copy.js';
import { run } from '../sample/run-command.js';

/** Programs, because instrumentations replace what `require` returns, which a test runner does itself. */
const copy = new RepositoryCopy(...BUILD_FILES);

beforeAll(async () => {
  const { exitCode, stdout, stderr } = await run(copy.folder, process.execPath, '.build/build.js');
  if (exitCode !== 0) throw new Error(`The library could not be built: ${stdout}${stderr}`);
  const programs = join(ROOT, 'test/integration/opentelemetry-api/libraries');
  cpSync(programs, join(copy.folder, 'libraries'), { recursive: true });
}, 120_000);

afterAll(() => copy.remove());

async function traceOf(program: string, pipeline: string): Promise<unknown> {
  const path = `libraries/${program}`;
  const { exitCode, stdout, stderr } = await run(copy.folder, process.execPath, path, pipeline);
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
  return JSON.parse(stdout);
}

const itWithRedis = (await isServiceThere(REDIS)) ? it : it.skip;
const itWithPostgres = (await isServiceThere(POSTGRESQL)) ? it : it.skip;

/** The spans of an operation of Prisma's client. */
function prismaOperation(depth: number, around: string[] = []): string[] {
  const parts = ['serialize', 'compile', 'db_query [client]'].map(
    (part) => `prisma:client:${part}`,
  );
  const below = [...around, ...parts.map((part) => (around.length === 0 ? part : `  ${part}`))];
  return ['prisma:client:operation', ...below.map((line) => `  ${line}`)].map(
    (line) => `${'  '.repeat(depth)}${line}`,
  );
}

describe.each([
  ['own', 'its own pipeline'],
  ['other', "the provider of OpenTelemetry's SDK"],
])('an application with %s (%s): its spans and those of a library join', (pipeline) => {
  itWithRedis('@opentelemetry/instrumentation-ioredis', async () => {
    expect(await traceOf('ioredis.cjs', pipeline)).toEqual({
      trace: ['request', '  set [client]', '  read', '    get [client]'],
      scopes: ['@opentelemetry/instrumentation-ioredis', 'nestjs-traced'],
    });
  });

  it('@opentelemetry/instrumentation-graphql', async () => {
    expect(await traceOf('graphql.cjs', pipeline)).toEqual({
      trace: [
        'request',
        '  graphql.parse',
        '  graphql.validate',
        '  query Find',
        '    graphql.resolve order',
        '      load order',
        '      graphql.resolve order.id',
        '      graphql.resolve order.total',
      ],
      scopes: ['@opentelemetry/instrumentation-graphql', 'nestjs-traced'],
    });
  });

  itWithRedis('bullmq-otel', async () => {
    // The library does not know that these are commands of BullMQ.
    const command = (line: string) => (pipeline === 'own' ? [line] : []);
    expect(await traceOf('bullmq.cjs', pipeline)).toEqual({
      trace: [
        'request',
        '  add orders.pack [producer]',
        ...command('    EVAL [client]'),
        '    process orders [consumer]',
        '      pack order',
        '      complete orders',
        ...command('        EVAL [client]'),
      ],
      scopes: ['nestjs-traced', 'shop'],
    });
  });

  itWithPostgres('@prisma/instrumentation, with a generated client', async () => {
    expect(await traceOf('prisma.mjs', pipeline)).toEqual({
      trace: [
        'request',
        ...prismaOperation(1),
        '  read',
        ...prismaOperation(2, ['check rights']),
        ...prismaOperation(1),
      ],
      scopes: ['nestjs-traced', 'prisma'],
    });
  });

  it('the telemetry of the AI SDK', async () => {
    expect(await traceOf('ai.mjs', pipeline)).toEqual({
      trace: ['request', '  ai.generateText', '    ai.generateText.doGenerate', '      model'],
      scopes: ['ai', 'nestjs-traced'],
    });
  });
});
