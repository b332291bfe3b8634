import { describe, expect, it } from '@jest/globals';
import { maskedMessageOf } from '../../../lib/context/index.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { recordFailedConnect } from '../../../lib/database/failed-connect.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const error = Object.assign(new Error('no connection'), { code: 'ECONNREFUSED' });
const source = { system: 'postgresql', namespace: 'shop', serverPort: 5432 };

describe('recordFailedConnect', () => {
  it('records a span of the wait', () => {
    const { tracer, recorder } = createTracing();
    const start = 1_700_000_000_500;
    recordFailedConnect(new DatabaseHandler(source, { tracer }), start, error);
    recordFailedConnect(new DatabaseHandler({ system: 'sqlite' }, { tracer }), start, error);
    const spans = recorder.takeSpans();
    expect(spans[0]?.startTime).toEqual([1_700_000_000, 500_000_000]);
    expect(traceAsText(spans, { attributes: true })).toBe(
      [
        'connect shop [client] db.namespace=shop db.system.name=postgresql error.type=ECONNREFUSED server.port=5432 ERROR "no connection"',
        '',
        'connect [client] db.system.name=sqlite error.type=ECONNREFUSED ERROR "no connection"',
      ].join('\n'),
    );
  });

  it('masks the values of the error', () => {
    const { tracer } = createTracing();
    const refused = new Error("password of 'hunter2' is wrong");
    recordFailedConnect(new DatabaseHandler(source, { tracer }), 0, refused);
    expect(maskedMessageOf(refused)).toBe('password of ? is wrong');
  });

  it('records nothing inside a query with a span, or below an unsampled span', () => {
    const { tracer, recorder } = createTracing();
    const handler = new DatabaseHandler(source, { tracer });
    const query = handler.begin({ text: 'SELECT 1' });
    query?.run(() => recordFailedConnect(handler, 0, error));
    query?.finish();
    const unsampled = createTracing({ sampler: new AlwaysOffSampler() });
    unsampled.tracer.trace('work', () => recordFailedConnect(handler, 0, error));
    expect(recorder.takeSpan().name).toBe('SELECT');
  });
});
