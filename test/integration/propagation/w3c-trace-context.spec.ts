import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { PLATFORMS } from '../http/application/platforms.js';
import { askForCalls, CALLS, CallingModule } from './calling-application.js';
import { type Receiver, startReceiver, valuesOf } from './receiver.js';
import { CASES, type Exchange, PARENT_ID } from './w3c-cases.js';

/** Level 2 of the specification: a key, an equals sign, a value that does not end with a space. */
const MEMBER = /^([a-z0-9][a-z0-9_\-*/@]{0,255})=([ -+\--<>-~]{0,255}[!-+\--<>-~])$/;

/** What one call carried, after it has been held to the specification. */
interface Call {
  readonly traceId: string;
  readonly parentId: string;
  readonly flags: number;
  readonly state: readonly (readonly [key: string, value: string])[];
}

function readCall(rawHeaders: readonly string[]): Call {
  const parents = valuesOf(rawHeaders, 'traceparent');
  expect(parents).toEqual([expect.stringMatching(/^00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/)]);
  const [, traceId = '', parentId = '', flags = ''] = (parents[0] as string).split('-');
  expect(traceId).not.toMatch(/^0+$/);
  expect(parentId).not.toMatch(/^0+$/);
  expect(parentId).not.toBe(PARENT_ID);
  const state = valuesOf(rawHeaders, 'tracestate').flatMap((list) =>
    list.split(',').map((member) => {
      const [, key, value] = MEMBER.exec(member) ?? [];
      if (key === undefined || value === undefined) throw new Error(`No member: "${member}"`);
      return [key, value] as const;
    }),
  );
  return { traceId, parentId, flags: Number.parseInt(flags, 16), state };
}

function check(exchange: Exchange, calls: readonly Call[]): void {
  const { callCount = 1, continues, abandons = [], keys, flags } = exchange;
  const { has = {}, hasKeys = [], lacks = [] } = exchange;
  expect(calls).toHaveLength(callCount);
  expect(new Set(calls.map(({ parentId }) => parentId)).size).toBe(callCount);
  for (const { traceId, state, flags: sent } of calls) {
    if (continues !== undefined) expect(traceId).toBe(continues);
    expect(abandons).not.toContain(traceId);
    const sentKeys = state.map(([key]) => key);
    for (const member of Object.entries(has)) expect(state).toContainEqual(member);
    expect(sentKeys).toEqual(expect.arrayContaining([...hasKeys]));
    for (const key of lacks) expect(sentKeys).not.toContain(key);
    if (keys !== undefined) expect(sentKeys).toEqual(keys);
    if (flags !== undefined) expect(sent & flags).toBe(flags);
  }
}

describe('the validation suite of W3C Trace Context', () => {
  it('has 41 cases', () => {
    expect(new Set(CASES.map(({ name }) => name)).size).toBe(41);
  });

  const ways = PLATFORMS.flatMap((platform) =>
    Object.keys(CALLS).map((client) => ({ name: platform.name, platform, client })),
  );

  describe.each(ways)('through $name and $client', ({ platform, client }) => {
    let app: StartedApplication;
    let receiver: Receiver;

    beforeAll(async () => {
      receiver = await startReceiver();
      app = await startApplication(platform, { module: CallingModule.with });
    });

    afterEach(() => app.recorder.reset());

    afterAll(async () => {
      await app.application.close();
      await receiver.close();
      expect(app.warnings).toEqual([]);
    });

    it.each(CASES)('$name', async ({ exchanges }) => {
      for (const exchange of exchanges) {
        const urls = Array.from(
          { length: exchange.callCount ?? 1 },
          (_, index) => `${receiver.url}/${index}`,
        );
        expect(await askForCalls(app.port, urls, exchange.headers, client)).toBe(201);
        check(exchange, receiver.takeHeaders().map(readCall));
      }
    });
  });
});
