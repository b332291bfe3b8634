import 'reflect-metadata';
import assert from 'node:assert/strict';
import { TracingModule } from 'nestjs-traced';
import { testTracingOptions } from 'nestjs-traced/testing';
import { GROUPS } from './dist/truth-table/groups.js';
import { expectedOn, linesOf, TRACE_ID_HEADER } from './dist/truth-table/table.js';

/**
 * Rows that versions of Nest 11 answer in another way than Nest 12. The newest answer some of them as Nest 12
 * does, so both lines are right.
 */
const OF_NEST_11 = {
  'answers on express: 413': 'POST 413 (exception PayloadTooLargeError "request entity too large")',
  'answers on express: 415, a charset':
    'POST 415 (exception UnsupportedMediaTypeError "unsupported charset \\"NONE\\"")',
  'answers on express: an abort of the body':
    'POST 400 (exception BadRequestError "request aborted") (request aborted)',
  'answers on express: a file that fails late': 'GET /file/:when 200',
  'answers on fastify: 415':
    'POST /things 415 (exception HttpException "Unsupported Media Type: text/none; charset=none")',
  'answers on fastify: malformed JSON':
    'POST /things 400 (exception BadRequestException "Unexpected end of JSON input")',
  'shapes of routes on fastify: another host':
    'GET /hosted 500 error=InternalServerErrorException "HTTP adapter does not support filtering on host: \\":tenant.example.com\\"" (exception InternalServerErrorException "HTTP adapter does not support filtering on host: \\":tenant.example.com\\"")',
};

function startTracing({ server }) {
  const { options, recorder, warnings } = testTracingOptions({
    // The clients are in the same process.
    http: { client: false, server: { ...server, exposeTraceId: TRACE_ID_HEADER } },
  });
  return {
    module: TracingModule.forRoot(options),
    takeSpans: (count) => recorder.takeNextSpans(count),
    verify: () => recorder.verify(),
    warnings,
  };
}

/** Sends the requests of a group, and returns how many they are. */
async function check(group, platform, failures) {
  const tracing = startTracing(group);
  const started = await group.start(platform, tracing.module);
  let count = 0;
  for (const row of group.rows) {
    const title = `${group.name} on ${platform}: ${row[0]}`;
    const expected = expectedOn(platform, row[2]);
    if (expected === undefined) continue;
    count++;
    try {
      const lines = await linesOf(row, expected.length, started, tracing, group.attributes);
      if (lines.join() !== OF_NEST_11[title]) assert.deepEqual(lines, expected);
    } catch (error) {
      failures.push(`${title}: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  await started.stop?.();
  await started.application.close();
  tracing.verify();
  assert.deepEqual(tracing.warnings, []);
  return count;
}

const failures = [];
let count = 0;
for (const group of GROUPS) {
  for (const platform of group.platforms) count += await check(group, platform, failures);
}
if (failures.length > 0) throw new Error(failures.join('\n'));
console.log(`${count} requests had the spans that they must have`);
