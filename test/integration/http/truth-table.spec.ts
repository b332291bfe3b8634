import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { TracingModule } from '../../../lib/nest/index.js';
import { testTracingOptions } from '../../../lib/testing/index.js';
import { GROUPS } from './truth-table/groups.js';
import {
  expectedOn,
  linesOf,
  type StartedTable,
  type StartTracing,
  type TableTracing,
  TRACE_ID_HEADER,
} from './truth-table/table.js';

const startTracing: StartTracing = (server) => {
  const { options, recorder, warnings } = testTracingOptions({
    http: { server: { ...server, exposeTraceId: TRACE_ID_HEADER } },
  });
  return {
    module: TracingModule.forRoot(options),
    takeSpans: (count) => recorder.takeNextSpans(count),
    verify: () => recorder.verify(),
    warnings,
  };
};

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const requiresEsModules = major > 24 || (major === 24 && minor >= 9);

// The checks of the package run all of them, on every version of Node.
const CASES = GROUPS.filter(({ loadsEsModules }) => requiresEsModules || !loadsEsModules).flatMap(
  (group) => group.platforms.map((platform) => ({ group, platform })),
);

describe.each(CASES)('$group.name on $platform', ({ group, platform }) => {
  let tracing: TableTracing;
  let started: StartedTable;

  beforeAll(async () => {
    tracing = startTracing(group.server ?? {});
    started = await group.start(platform, tracing.module);
  });
  afterAll(async () => {
    await started.stop?.();
    await started.application.close();
    expect(tracing.warnings).toEqual([]);
    tracing.verify();
  });

  it.each(group.rows.filter(([, , spans]) => expectedOn(platform, spans) !== undefined))(
    '%s',
    async (...row) => {
      const expected = expectedOn(platform, row[2]) ?? [];
      expect(await linesOf(row, expected.length, started, tracing, group.attributes)).toEqual(
        expected,
      );
    },
  );
});
