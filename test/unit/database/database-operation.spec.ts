import { describe, expect, it } from '@jest/globals';
import { contextStorage } from '../../../lib/context/index.js';
import { operationIn, QueryOperation } from '../../../lib/database/database-operation.js';
import type { DatabaseTracingOptions } from '../../../lib/database/database-options.js';
import { DatabaseSettings } from '../../../lib/database/database-settings.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

function begin(options: DatabaseTracingOptions = {}, system = 'postgresql') {
  const { tracer, recorder } = createTracing();
  const outside = contextStorage.active();
  const span = tracer.startSpan('query');
  const operation = new QueryOperation(span, outside, new DatabaseSettings(options), system);
  const taken = (attributes: string[] = []): string =>
    traceAsText(recorder.takeSpans(), { attributes });
  return { tracer, operation, taken };
}

describe('QueryOperation', () => {
  it('makes its span active for what sends the query, and not for what uses the result', () => {
    const { tracer, operation } = begin();
    const inside = operation.run(() => {
      expect(operationIn(contextStorage.active())).toBeDefined();
      expect(operation.runOutside(() => tracer.activeSpan)).toBeUndefined();
      return tracer.activeSpan;
    });
    expect(inside).toBe(operation.span);
    expect(operationIn(contextStorage.active())).toBeUndefined();
    expect(operation.run(() => contextStorage.active())).toBe(
      operation.run(() => contextStorage.active()),
    );
    operation.finish();
  });

  it('counts rows only if the option asks for it', () => {
    for (const captureReturnedRows of [false, true]) {
      const { operation, taken } = begin({ captureReturnedRows });
      let calls = 0;
      operation.finish(() => ++calls + 2);
      expect(calls).toBe(captureReturnedRows ? 1 : 0);
      expect(taken(['db.response.returned_rows'])).toBe(
        captureReturnedRows ? 'query db.response.returned_rows=3' : 'query',
      );
    }
  });

  it('ends its span if the rows cannot be counted', () => {
    const { operation, taken } = begin({ captureReturnedRows: true });
    operation.finish(() => {
      throw new Error('no');
    });
    expect(taken(['db.response.returned_rows'])).toBe('query');
  });

  it('ends once', () => {
    const { operation, taken } = begin();
    operation.fail({ code: '42601', message: 'syntax error at or near "hunter2"' });
    operation.finish();
    operation.fail(new Error('again'));
    expect(taken(['db.response.status_code', 'error.type'])).toBe(
      'query db.response.status_code="42601" error.type="42601" ERROR "syntax error at or near ?"',
    );
  });

  const text = 'SELECT * FROM a';
  it.each<[string, DatabaseTracingOptions, string, boolean, boolean]>([
    ['not by default', {}, 'postgresql', false, false],
    ['with true', { sqlCommenter: true }, 'postgresql', false, true],
    ['with true, not to the key of a cache', { sqlCommenter: true }, 'mysql', true, false],
    ['with true, not for other systems', { sqlCommenter: true }, 'oracle.db', false, false],
    [
      'to everything if that is asked for',
      { sqlCommenter: 'including-cached-statements' },
      'oracle.db',
      true,
      true,
    ],
  ])('adds the comment %s', (_, options, system, isCacheKey, isCommented) => {
    const { operation } = begin(options, system);
    const { traceId, spanId } = operation.span.spanContext();
    expect(operation.textToSend(text, isCacheKey)).toBe(
      isCommented ? `${text} /*traceparent='00-${traceId}-${spanId}-01'*/` : text,
    );
  });
});
