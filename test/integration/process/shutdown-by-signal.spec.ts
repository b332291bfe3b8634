import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { until } from '../../support/until.js';
import { spansOf } from '../../unit/export/otlp/read-otlp.js';
import { type Answer, accept, Collector } from '../export/collector.js';
import { BuiltPrograms, type ChildProgram } from './child-program.js';
import { Load } from './load.js';
import { placesOf } from './places.js';

const LANE_COUNT = 20;
/** So many answers before the signal. */
const ANSWER_COUNT = 150;

let programs: BuiltPrograms;
const collectors: Collector[] = [];
const children: ChildProgram[] = [];

beforeAll(async () => {
  programs = await BuiltPrograms.build();
}, 120_000);

afterEach(async () => {
  for (const child of children.splice(0)) await child.kill();
  for (const collector of collectors.splice(0)) await collector.stop();
});

afterAll(() => programs.remove());

/** Ends an application by a signal while it is busy. */
async function endUnderLoad(
  answer: Answer,
  platform: string,
  endsBy: 'exit' | 'signal',
  shutdownTimeoutMillis: number,
  keepsConnections = false,
) {
  const collector = await Collector.start(answer);
  collectors.push(collector);
  const shop = programs.start('shop', {
    PLATFORM: platform,
    ENDS_BY: endsBy,
    FORCES_CLOSE: String(keepsConnections),
    COLLECTOR_URL: collector.url,
    SHUTDOWN_TIMEOUT_MILLIS: String(shutdownTimeoutMillis),
  });
  children.push(shop);
  const load = new Load(await shop.said('url'), LANE_COUNT, keepsConnections);
  await until(
    () => load.answered.length >= ANSWER_COUNT && collector.requests.length > 0,
    () => ({ answered: load.answered.length, batches: collector.requests.length }),
  );
  shop.terminate();
  await load.over;
  const end = await shop.ended;
  return { shop, end, collector, load };
}

/** What stands in one attribute of the spans that a collector has. */
function valuesAt(collector: Collector, key: string): string[] {
  return collector.messages
    .flatMap(spansOf)
    .flatMap(({ attributes }) => attributes as { key: string; value: { stringValue: string } }[])
    .filter((attribute) => attribute.key === key)
    .map(({ value }) => value.stringValue);
}

describe('an application that is told to end while it is busy', () => {
  it.each([
    ['express', 'exit'],
    ['express', 'signal'],
    ['fastify', 'exit'],
  ] as const)(
    'on %s delivers the spans of all that it answered, then ends by %s',
    async (platform, endsBy) => {
      const { shop, end, collector, load } = await endUnderLoad(accept, platform, endsBy, 60_000);
      const requests = new Set(valuesAt(collector, 'url.path'));
      const finds = new Set(valuesAt(collector, 'order.id'));
      expect(load.answered.filter((id) => !requests.has(`/orders/${id}`))).toEqual([]);
      expect(load.found.filter((id) => !finds.has(id))).toEqual([]);
      // None came twice.
      expect(requests.size + finds.size).toBe(collector.spanNames.length);
      const isExit = endsBy === 'exit';
      expect(end).toEqual({
        exitCode: isExit ? 0 : null,
        signal: isExit ? null : 'SIGTERM',
        log: '',
      });
      if (!isExit) return;
      const started = collector.spanNames.length;
      expect(placesOf(await shop.said('counts'))).toEqual({
        started,
        exported: started,
        dropped: 0,
        failed: 0,
        queued: 0,
        live: 0,
      });
    },
    60_000,
  );

  it.each(['express', 'fastify'])(
    'on %s delivers the spans of all that it answered over connections that it has to cut',
    async (platform) => {
      const { shop, end, collector, load } = await endUnderLoad(
        accept,
        platform,
        'exit',
        60_000,
        true,
      );
      const requests = new Set(valuesAt(collector, 'url.path'));
      const finds = new Set(valuesAt(collector, 'order.id'));
      expect(load.answered.filter((id) => !requests.has(`/orders/${id}`))).toEqual([]);
      expect(load.found.filter((id) => !finds.has(id))).toEqual([]);
      expect({ exitCode: end.exitCode, signal: end.signal }).toEqual({ exitCode: 0, signal: null });
      // What was cut off may end too late, or not at all.
      const { started, exported, dropped, failed, queued, live } = placesOf(
        await shop.said('counts'),
      );
      expect(started).toBe(exported + dropped + failed + queued + live);
      expect({ exported, failed, queued }).toEqual({
        exported: collector.spanNames.length,
        failed: 0,
        queued: 0,
      });
    },
    60_000,
  );

  it.each(['express', 'fastify'])(
    'on %s ends by itself though nobody takes its spans, and has counted them',
    async (platform) => {
      const { shop, end, collector, load } = await endUnderLoad(() => {}, platform, 'exit', 300);
      expect({ exitCode: end.exitCode, signal: end.signal }).toEqual({ exitCode: 0, signal: null });
      const places = placesOf(await shop.said('counts'));
      const { started, exported, dropped, failed, queued, live } = places;
      expect(started).toBe(exported + dropped + failed + queued + live);
      expect(places).toMatchObject({ exported: 0, queued: 0, live: 0 });
      expect(started).toBeGreaterThanOrEqual(load.answered.length + load.found.length);
      // One batch was under way all the time; the others never came to it.
      expect(collector.requests).toHaveLength(1);
      expect(failed).toBe(collector.messages.flatMap(spansOf).length);
      expect(dropped).toBe(started - failed);
      expect(end.log).toContain(
        `Delivery by OtlpSpanExporter has ended; ${started} spans were lost, ${dropped} of them because the time for the shutdown was over. ` +
          `The last failure: POST ${collector.url}: the time for the shutdown was over.`,
      );
    },
    60_000,
  );
});

describe('a program that forgets to shut its tracing down', () => {
  it('is not kept alive by a batch that waits, and delivers it when nothing else is left to do', async () => {
    const collector = await Collector.start();
    collectors.push(collector);
    const program = programs.start('forgetful', { COLLECTOR_URL: collector.url });
    children.push(program);
    expect(await program.ended).toEqual({ exitCode: 0, signal: null, log: '' });
    expect(placesOf(await program.said('counts'))).toEqual({
      started: 4,
      exported: 3,
      dropped: 0,
      failed: 0,
      queued: 0,
      live: 1,
    });
  }, 60_000);
});
