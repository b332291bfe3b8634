import { expect, it } from '@jest/globals';
import { contextStorage, describesRequests } from '../../../lib/context/index.js';
import { DatabaseHandler } from '../../../lib/database/database.handler.js';
import { sendOverHttp } from '../../../lib/database/http-query.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

it('sendOverHttp runs a query inside its span, which describes its HTTP requests', () => {
  const { recorder } = createTracing();
  const operation = new DatabaseHandler({ system: 'clickhouse' }).begin({ text: 'SELECT 1' });
  if (operation === undefined) throw new Error('The query must have a span.');
  const inside = sendOverHttp(operation, () => {
    const active = contextStorage.active();
    return [active.span, describesRequests(active)];
  });
  expect(inside).toEqual([operation.span, true]);
  expect(contextStorage.active().span).toBeUndefined();
  operation.finish();
  recorder.takeSpans();
});
