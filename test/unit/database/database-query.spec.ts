import { describe, expect, it } from '@jest/globals';
import {
  commonAttributesOf,
  type DatabaseQuery,
  nameOfQuery,
  shownTextOf,
  withOwnAttributes,
} from '../../../lib/database/database-query.js';
import { ClientSettings, type DatabaseSettings } from '../../../lib/database/database-settings.js';
import type { DatabaseTracingOptions } from '../../../lib/database/index.js';
import type { SqlReading } from '../../../lib/database/sql/sql-reader.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const SOURCE = {
  system: 'mysql',
  namespace: 'shop',
  serverAddress: 'db.example',
  serverPort: 3306,
};
const TEXT = "SELECT * FROM songs WHERE title = 'hunter2'";

function setUp(options: DatabaseTracingOptions = {}) {
  const { tracer, warnings } = createTracing();
  const settings: DatabaseSettings = new ClientSettings(options, 'test').of(tracer);
  const read = (text: string): SqlReading => settings.readerOf('mysql').read(text);
  return { settings, read, tracer, warnings };
}

describe('nameOfQuery', () => {
  it.each<[DatabaseQuery, object, string]>([
    [{ name: 'GET user:*', operation: 'GET' }, SOURCE, 'GET user:*'],
    [{ operation: 'find', collection: 'songs' }, SOURCE, 'find songs'],
    [{ operation: 'find' }, SOURCE, 'find shop'],
    [{ operation: 'find' }, { ...SOURCE, namespace: undefined }, 'find db.example:3306'],
    [{ operation: 'find' }, { system: 'mysql', serverAddress: '/run/a.sock' }, 'find /run/a.sock'],
    [{}, { system: 'mysql' }, 'mysql'],
  ])('without a text: of %o on %o is %s', (query, source, name) => {
    expect(nameOfQuery(query, source as typeof SOURCE, undefined)).toBe(name);
  });

  it('is the summary of the text, unless the query has a name', () => {
    const { read } = setUp();
    expect(nameOfQuery({ text: TEXT }, SOURCE, read(TEXT))).toBe('SELECT songs');
    expect(nameOfQuery({ text: TEXT, name: 'PREPARE' }, SOURCE, read(TEXT))).toBe('PREPARE');
  });
});

describe('shownTextOf', () => {
  const SANITIZED = 'SELECT * FROM songs WHERE title = ?';

  it.each<[DatabaseTracingOptions, DatabaseQuery, string | undefined]>([
    [{}, {}, SANITIZED],
    [{ queryText: 'none' }, {}, undefined],
    [{ queryText: 'sanitized-unless-parameterized' }, {}, SANITIZED],
    [{ queryText: 'sanitized-unless-parameterized' }, { parameters: [1] }, TEXT],
    [{ queryText: 'sanitized-unless-parameterized' }, { isParameterized: true }, TEXT],
    [
      { queryText: 'sanitized-unless-parameterized' },
      { parameters: [1], hasInlineValues: true },
      SANITIZED,
    ],
    [
      { queryText: 'sanitized-unless-parameterized' },
      { parameters: [1], isParameterized: false },
      SANITIZED,
    ],
  ])('with %o shows of %o: %s', (options, query, shown) => {
    const { settings, read } = setUp(options);
    expect(shownTextOf({ text: TEXT, ...query }, read(TEXT), settings)).toBe(shown);
  });

  it('is what the query shows of itself without SQL, cut at the limit', () => {
    const { settings } = setUp({ maxQueryTextLength: 5 });
    expect(shownTextOf({}, undefined, settings)).toBeUndefined();
    const query = { shownText: (maxLength: number) => `${maxLength}: find` };
    expect(shownTextOf(query, undefined, settings)).toMatch(/^5: f/);
    expect(shownTextOf(query, undefined, settings)?.length).toBeLessThanOrEqual(5);
  });
});

describe('the attributes of a query', () => {
  it('are those of its kind, with more of its own', () => {
    const { settings, read, tracer } = setUp({ captureParameters: true });
    const query = { text: TEXT, operation: 'SELECT', batchSize: 1, parameters: [7] };
    const common = commonAttributesOf(query, SOURCE, read(TEXT));
    expect(common).toEqual({
      'db.system.name': 'mysql',
      'db.namespace': 'shop',
      'server.address': 'db.example',
      'server.port': 3306,
      'db.operation.name': 'SELECT',
      'db.query.summary': 'SELECT songs',
    });
    const own = withOwnAttributes(common, query, 'shown', settings, tracer.diagnostics);
    expect(own).toBe(common);
    expect(own).toMatchObject({ 'db.query.text': 'shown', 'db.query.parameter.0': '7' });
  });

  it('of a batch have its size and no parameters', () => {
    const { settings, tracer } = setUp({ captureParameters: true });
    const query = { batchSize: 3, parameters: [7], attributes: { own: 1 } };
    const common = commonAttributesOf(query, { system: 'mysql' }, undefined);
    expect(withOwnAttributes(common, query, undefined, settings, tracer.diagnostics)).toEqual({
      'db.system.name': 'mysql',
      'db.operation.batch.size': 3,
      own: 1,
    });
  });

  it('lack the parameters that the user’s function throws for, which is reported', () => {
    const { settings, tracer, warnings } = setUp({
      captureParameters: () => {
        throw new Error('no');
      },
    });
    const query = { parameters: [7] };
    const own = withOwnAttributes({}, query, undefined, settings, tracer.diagnostics);
    expect(own).toEqual({});
    expect(warnings).toEqual([expect.stringMatching(/^captureParameters threw; .*: Error: no$/)]);
  });
});
