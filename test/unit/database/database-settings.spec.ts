import { describe, expect, it } from '@jest/globals';
import type { DatabaseTracingOptions } from '../../../lib/database/database-options.js';
import {
  ClientSettings,
  configureDatabase,
  DatabaseSettings,
} from '../../../lib/database/database-settings.js';
import { describeParameter } from '../../../lib/database/query-parameters.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

describe('DatabaseSettings', () => {
  it('has defaults', () => {
    expect(new DatabaseSettings()).toMatchObject({
      queryText: 'sanitized-unless-parameterized',
      maxQueryTextLength: 2048,
      redactParameter: undefined,
      captureReturnedRows: false,
      foldQueriesAfter: undefined,
      sqlCommenter: false,
      connectionWaitThresholdMillis: 1,
    });
  });

  it.each([
    [undefined, undefined],
    [false, undefined],
    [true, describeParameter],
    [String, String],
  ])('shows parameters for captureParameters %p', (captureParameters, redactParameter) => {
    expect(new DatabaseSettings({ captureParameters }).redactParameter).toBe(redactParameter);
  });

  it.each([
    [{ queryText: 'all' }, 'database.queryText must be'],
    [{ queryText: null }, 'database.queryText must be'],
    [{ maxQueryTextLength: 0 }, 'database.maxQueryTextLength must be'],
    [{ maxQueryTextLength: null }, 'database.maxQueryTextLength must be'],
    [{ captureParameters: 'yes' }, 'database.captureParameters must be'],
    [{ captureReturnedRows: 1 }, 'database.captureReturnedRows must be'],
    [{ sqlCommenter: 'yes' }, 'database.sqlCommenter must be'],
    [{ foldQueriesAfter: 0 }, 'database.foldQueriesAfter must be'],
    [{ foldQueriesAfter: Infinity }, 'database.foldQueriesAfter must be'],
    [{ connectionWaitThresholdMillis: -1 }, 'database.connectionWaitThresholdMillis must be'],
    [{ connectionWaitThresholdMillis: true }, 'database.connectionWaitThresholdMillis must be'],
  ])('refuses %j', (options, message) => {
    expect(() => new DatabaseSettings(options as never)).toThrow(message);
  });

  it('has one reader for each system', () => {
    const settings = new DatabaseSettings();
    expect(settings.readerOf('sqlite')).toBe(settings.readerOf('sqlite'));
    expect(settings.readerOf('mysql')).not.toBe(settings.readerOf('sqlite'));
  });
});

describe('ClientSettings', () => {
  const { tracer } = createTracing();

  it('has the defaults if neither the client nor the application sets anything', () => {
    const settings = new ClientSettings({}, 'client').of(createTracing().tracer);
    expect(settings.queryText).toBe('sanitized-unless-parameterized');
  });

  it('keeps the options of the application that the client does not set', () => {
    configureDatabase(tracer, { queryText: 'none', maxQueryTextLength: 5 });
    const client = new ClientSettings({ maxQueryTextLength: 10, queryText: undefined }, 'client');
    expect(client.of(tracer)).toMatchObject({ queryText: 'none', maxQueryTextLength: 10 });
    expect(client.of(tracer)).toBe(client.of(tracer));
    expect(client.of(createTracing().tracer).queryText).toBe('sanitized-unless-parameterized');
  });

  it('ignores members that are not options, and names its owner in errors', () => {
    const settings = new ClientSettings({ system: 'sqlite' } as DatabaseTracingOptions, 'client');
    configureDatabase(tracer, { queryText: 'sanitized' });
    expect(settings.of(tracer).queryText).toBe('sanitized');
    expect(() => new ClientSettings({ foldQueriesAfter: 0 }, 'client')).toThrow(
      'client.foldQueriesAfter must be',
    );
  });
});
