import { setImmediate } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { operationIn } from '../../../../lib/database/database-operation.js';
import type { DatabaseTracingOptions } from '../../../../lib/database/database-options.js';
import { FoldedOperation } from '../../../../lib/database/folding/folded-operation.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

const createTracing = tracingsOfTest();
const COUNT = 'nestjs_traced.db.folded_query.count';
const REPEATED = 'nestjs_traced.db.repeated_queries';
const SONG = { text: 'SELECT * FROM songs WHERE id = $1', parameters: ['hunter2'] };
const ARTIST = { text: 'SELECT * FROM artists' };

function handlerWith(options: DatabaseTracingOptions = { foldQueriesAfter: 2 }) {
  const tracing = createTracing();
  const { tracer, recorder } = tracing;
  const handler = new DatabaseHandler({ system: 'postgresql' }, { ...options, tracer });
  const taken = (...attributes: string[]): string =>
    traceAsText(recorder.takeSpans(), { attributes: [COUNT, REPEATED, ...attributes] });
  return { tracer, recorder, handler, taken };
}

describe('queries with one summary below one span', () => {
  it('share a span after the first ones, and the parent lists them', () => {
    const { tracer, handler, taken } = handlerWith();
    tracer.trace('list', () => {
      for (let index = 0; index < 5; index++) {
        handler.begin(SONG)?.finish();
        handler.begin(ARTIST)?.finish();
      }
    });
    expect(taken()).toBe(
      [
        `list ${REPEATED}=["SELECT songs","SELECT artists"]`,
        '  SELECT songs [client]',
        '  SELECT artists [client]',
        '  SELECT songs [client]',
        '  SELECT artists [client]',
        `  SELECT songs [client] ${COUNT}=3`,
        `  SELECT artists [client] ${COUNT}=3`,
      ].join('\n'),
    );
  });

  it.each<[string, DatabaseTracingOptions, number]>([
    ['by default', {}, 20],
    ['up to the number of the option', { foldQueriesAfter: 20 }, 20],
  ])('have their own spans %s', (_, options, count) => {
    const { tracer, recorder, handler } = handlerWith(options);
    tracer.trace('list', () => {
      for (let index = 0; index < count; index++) handler.begin(SONG)?.finish();
    });
    const spans = recorder.takeSpans();
    expect(spans).toHaveLength(count + 1);
    expect(spans[count]?.attributes).toEqual({});
  });

  it('are counted for each parent, and not without a parent', () => {
    const { tracer, recorder, handler } = handlerWith({ foldQueriesAfter: 1 });
    for (let index = 0; index < 3; index++) {
      handler.begin(SONG)?.finish();
      tracer.trace('one', () => handler.begin(SONG)?.finish());
    }
    expect(recorder.takeSpans().filter(({ attributes }) => COUNT in attributes)).toEqual([]);
  });

  it('show the common text and the sum of the rows', () => {
    const { tracer, recorder, handler } = handlerWith({
      foldQueriesAfter: 1,
      captureParameters: () => 'shown',
      captureReturnedRows: true,
    });
    const foldOf = (...texts: string[]) => {
      tracer.trace('list', () => {
        for (const text of texts) handler.begin({ text, parameters: [1] })?.finish(() => 2);
      });
      return recorder.takeSpans().find(({ attributes }) => COUNT in attributes)?.attributes;
    };
    const shared = { 'db.system.name': 'postgresql', 'db.query.summary': 'SELECT a' };
    const same = 'SELECT * FROM a';
    expect(foldOf(same, same, same)).toEqual({
      ...shared,
      'db.query.text': same,
      'db.response.returned_rows': 4,
      [COUNT]: 2,
    });
    expect(foldOf(same, same, 'SELECT b FROM a', same)).toEqual({
      ...shared,
      'db.response.returned_rows': 6,
      [COUNT]: 3,
    });
  });

  it('have their own span if they fail', () => {
    const { tracer, handler, taken } = handlerWith({ foldQueriesAfter: 1 });
    tracer.trace('list', () => {
      handler.begin(SONG)?.finish();
      handler.begin(SONG)?.finish();
      handler.begin(SONG)?.fail({ code: '40P01', message: 'deadlock detected' });
      handler.begin(SONG)?.finish();
    });
    expect(taken('db.query.text', 'db.response.status_code')).toBe(
      [
        `list ${REPEATED}=["SELECT songs"]`,
        `  SELECT songs [client] db.query.text="${SONG.text}"`,
        `  SELECT songs [client] db.query.text="${SONG.text}" ${COUNT}=2`,
        `  SELECT songs [client] db.query.text="${SONG.text}" db.response.status_code=40P01 ERROR "deadlock detected"`,
      ].join('\n'),
    );
  });

  it('create no empty span if all of them fail', () => {
    const { tracer, handler, taken } = handlerWith({ foldQueriesAfter: 1 });
    tracer.trace('list', () => {
      handler.begin(SONG)?.finish();
      for (let index = 0; index < 2; index++) handler.begin(SONG)?.fail(new Error('no'));
    });
    expect(taken('db.query.text')).toBe(
      [
        `list ${REPEATED}=["SELECT songs"]`,
        `  SELECT songs [client] db.query.text="${SONG.text}"`,
        `  SELECT songs [client] db.query.text="${SONG.text}" ERROR "no"`,
        `  SELECT songs [client] db.query.text="${SONG.text}" ERROR "no"`,
      ].join('\n'),
    );
  });

  it('end with the parent, and have their own span if they fail later', () => {
    const { tracer, recorder, handler, taken } = handlerWith({ foldQueriesAfter: 1 });
    const late = tracer.trace('list', () => {
      handler.begin(SONG)?.finish();
      return [handler.begin(SONG), handler.begin(SONG)];
    });
    expect(recorder.openSpans).toEqual([]);
    late[0]?.finish();
    late[1]?.fail(new Error('too late'));
    expect(taken()).toBe(
      [
        `list ${REPEATED}=["SELECT songs"]`,
        '  SELECT songs [client]',
        `  SELECT songs [client] ${COUNT}=2`,
        '  SELECT songs [client] ERROR "too late"',
      ].join('\n'),
    );
  });

  it('do not change the end time of the parent', () => {
    const { tracer, recorder, handler } = handlerWith({ foldQueriesAfter: 1 });
    const parent = tracer.startSpan('list');
    const context = contextStorage.active().withSpan(parent);
    const begin = () => contextStorage.run(context, () => handler.begin(SONG));
    for (let index = 0; index < 3; index++) begin()?.finish();
    parent.end(new Date('2024-01-01T00:00:05Z'));
    begin()?.finish();
    const spans = recorder.takeSpans();
    expect(spans.map(({ name, attributes }) => [name, attributes[COUNT]])).toEqual([
      ['SELECT songs', undefined],
      ['SELECT songs', 2],
      ['list', undefined],
      ['SELECT songs', undefined],
    ]);
    expect(spans[2]?.endTime[0]).toBe(Date.UTC(2024, 0, 1) / 1000 + 5);
  });

  it('retain no parent, not even one that is never ended', async () => {
    const { tracer, recorder, handler } = handlerWith({ foldQueriesAfter: 1 });
    const start = (isEnded: boolean): WeakRef<object> => {
      const parent = tracer.startSpan('list');
      contextStorage.run(contextStorage.active().withSpan(parent), () => {
        for (let index = 0; index < 3; index++) handler.begin(SONG)?.finish();
      });
      if (isEnded) parent.end();
      return new WeakRef(parent);
    };
    const references = [start(true), start(false)];
    expect(recorder.openSpans).toHaveLength(2);
    recorder.reset();
    await setImmediate();
    collectGarbage();
    expect(references.map((reference) => reference.deref())).toEqual([undefined, undefined]);
    handler.begin(SONG)?.finish();
  });

  it('are recognised by a traced client below them', () => {
    const { tracer, handler } = handlerWith({ foldQueriesAfter: 1 });
    tracer.trace('list', () => {
      handler.begin(SONG)?.finish();
      const operation = handler.begin(SONG);
      expect(operation).toBeInstanceOf(FoldedOperation);
      expect(operation?.run(() => operationIn(contextStorage.active()))).toBe(operation);
      operation?.finish();
    });
  });
});
