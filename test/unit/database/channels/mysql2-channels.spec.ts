import { tracingChannel } from 'node:diagnostics_channel';
import { describe, expect, it } from '@jest/globals';
import { traceAsText } from '../../../../lib/testing/index.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const server = { database: 'shop', serverAddress: 'db', serverPort: 3306 };
const attributes = ['db.query.text', 'db.response.returned_rows', 'error.type', 'server.address'];

describe('traceMysql2', () => {
  it('hides the values that query writes into its text, and keeps the text of execute', async () => {
    const { tracer, recorder } = createTracing({ database: { captureReturnedRows: true } });
    await tracer.trace('work', async () => {
      const values = ['secret'];
      const query = { query: "SELECT * FROM a WHERE b = 'secret'", values, ...server };
      await tracingChannel('mysql2:query').tracePromise(async () => [{}, {}], query);
      const execute = { query: "SELECT 'x' FROM a WHERE b = ?", values, ...server };
      await tracingChannel('mysql2:execute').tracePromise(async () => [], execute);
    });
    expect(traceAsText(recorder.takeSpans(), { attributes })).toBe(
      [
        'work',
        '  SELECT a [client] db.query.text="SELECT * FROM a WHERE b = ?" db.response.returned_rows=2 server.address=db',
        `  SELECT a [client] db.query.text="SELECT 'x' FROM a WHERE b = ?" db.response.returned_rows=0 server.address=db`,
      ].join('\n'),
    );
  });

  it('records the failure of a connection once, also for one that a pool opens', async () => {
    const { tracer, recorder } = createTracing();
    const refuse = async (): Promise<void> => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' });
    };
    const open = (): Promise<void> =>
      tracingChannel('mysql2:connect')
        .tracePromise(refuse, { ...server })
        .catch(() => {});
    await tracer.trace('work', open);
    await tracer.trace('work', () =>
      tracingChannel('mysql2:pool:connect').traceCallback(
        (callback: (error: unknown) => void) => open().then(() => callback({ code: 'X' })),
        0,
        { ...server },
        undefined,
        () => {},
      ),
    );
    expect(traceAsText(recorder.takeSpans(), { attributes })).toBe(
      [
        'work',
        '  connect shop [client] error.type=ECONNREFUSED server.address=db ERROR "refused"',
        '',
        'work',
        '  connect shop [client] error.type=X server.address=db ERROR ""',
      ].join('\n'),
    );
  });

  it('survives messages of another shape', async () => {
    const { tracer, recorder, warnings } = createTracing();
    await tracer.trace('work', () =>
      tracingChannel('mysql2:query').tracePromise(async () => {}, { query: 1, values: 'x' }),
    );
    expect(recorder.takeSpans()).toHaveLength(2);
    expect(warnings).toEqual([]);
  });
});
