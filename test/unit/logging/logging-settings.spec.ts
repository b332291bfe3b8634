import { describe, expect, it } from '@jest/globals';
import { checkFieldsOptions } from '../../../lib/logging/logging-options.js';
import { configureLogging, LOGGING } from '../../../lib/logging/logging-settings.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTestTracing = tracingsOfTest();

describe('configureLogging', () => {
  it('stores the settings in the application, with their defaults', () => {
    const { tracer } = createTestTracing();
    const describeException = () => ({ 'exception.type': 'Error' });
    configureLogging(tracer, {}, describeException);
    const settings = tracer.application.get(LOGGING);
    expect(settings).toMatchObject({ hasSpanEvents: false, describeException });
    expect(
      Object.keys(
        settings?.fields.values({ traceId: 'a', spanId: 'b', traceFlags: 1 }, {} as never) ?? {},
      ),
    ).toEqual(['trace_id', 'span_id', 'trace_flags']);
    configureLogging(tracer, { spanEvents: true }, describeException);
    expect(tracer.application.get(LOGGING)?.hasSpanEvents).toBe(true);
  });

  it('is called with the option of a tracing', () => {
    expect(() => createTestTracing({ logging: { spanEvents: 1 as never } })).toThrow(
      'logging.spanEvents must be true or false',
    );
  });
});

describe('checkFieldsOptions', () => {
  it('names the function that got the options', () => {
    expect(checkFieldsOptions('traceWinston', {})).toBeUndefined();
    expect(checkFieldsOptions('traceWinston', { fields: 'ecs' })).toBeDefined();
    expect(() => checkFieldsOptions('traceWinston', null as never)).toThrow(
      'traceWinston.options must be an object',
    );
  });
});
