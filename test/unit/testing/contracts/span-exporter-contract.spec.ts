import { describe, expect, it } from '@jest/globals';
import { ExportResultCode } from '../../../../lib/export/index.js';
import type { SpanExporterSubject } from '../../../../lib/testing/contracts/span-exporter-contract.js';
import { endedSpans } from '../../../support/span-source.js';
import {
  BatchingExporter,
  contractOf,
  LineBatch,
  LineExporter,
  type Mutant,
} from './line-exporter.js';
import { failingCases, violationsOf } from './violations.js';

const { SUCCESS, FAILED } = ExportResultCode;

const SUCCEEDS = 'calls back once, with success';
const DELIVERS = 'delivers the spans';
const TAKES_NONE = 'takes no spans at all';
const AT_ONCE =
  'takes several exports at once, as several processors make them, and as many as it declares';
const DECLARES = 'declares how many exports of one processor it takes at once, if several';
const LADEN = 'takes a span with all that a span can hold';
const FOREIGN = 'takes the spans of OpenTelemetry’s SDK 2';
const INSTANCE = 'serves application after application where it is passed to them as an instance';
const FAILS = 'calls back once, with a failure, when it cannot deliver';
const SAYS_WHY = 'says with an error why it could not deliver';
const AFTER_END = 'fails what comes after its shutdown';
const SAYS_END = 'says with an error that it was shut down';
const UNDER_WAY = 'calls back once for an export that is under way at its shutdown';
const AGAIN = 'can be flushed and shut down at any time, and again';
const NO_BATCHES = 'opens no batches';

const MUTANTS: Mutant<LineExporter>[] = [
  {
    fault: 'calls back twice',
    change: (exporter) => {
      exporter.export = (spans, callback) =>
        LineExporter.prototype.export.call(exporter, spans, (result) => {
          callback(result);
          callback(result);
        });
    },
    fails: [
      SUCCEEDS,
      TAKES_NONE,
      AT_ONCE,
      LADEN,
      FOREIGN,
      FAILS,
      SAYS_WHY,
      AFTER_END,
      SAYS_END,
      UNDER_WAY,
      AGAIN,
    ],
    message: 'Demanded: the results: one call with success',
  },
  {
    fault: 'says success and delivers nothing',
    change: (exporter) => Object.assign(exporter, { encode: () => '{"name":"?"}' }),
    fails: [DELIVERS, AT_ONCE, FOREIGN, INSTANCE],
    message: "Demanded: the names of the delivered spans: [ 'work 0', 'work 1', 'work 2' ]",
  },
  {
    fault: 'never calls back for an empty list',
    change: (exporter) => {
      exporter.export = (spans, callback) => {
        if (spans.length > 0) LineExporter.prototype.export.call(exporter, spans, callback);
      };
    },
    fails: [TAKES_NONE],
    message: "Demanded: a call of the result callback within 100 ms\n  Received: 'no call'",
  },
  {
    fault: 'refuses an export while another one is under way',
    change: (exporter) => {
      let isBusy = false;
      exporter.export = (spans, callback) => {
        if (isBusy) return callback({ code: FAILED, error: new Error('busy') });
        isBusy = true;
        LineExporter.prototype.export.call(exporter, spans, (result) => {
          isBusy = false;
          callback(result);
        });
      };
    },
    fails: [AT_ONCE],
    message: 'several processors can export at once',
  },
  {
    fault: 'declares more exports at once than it takes',
    change: (exporter) => {
      let underWay = 0;
      exporter.export = (spans, callback) => {
        if (underWay === 3) return callback({ code: FAILED, error: new Error('too many') });
        underWay++;
        LineExporter.prototype.export.call(exporter, spans, (result) => {
          underWay--;
          callback(result);
        });
      };
      Object.assign(exporter, { maxConcurrentExports: 4 });
    },
    fails: [AT_ONCE],
    message: 'several processors can export at once',
  },
  {
    fault: 'declares no number of exports at once',
    change: (exporter) => {
      Object.assign(exporter, { maxConcurrentExports: 0 });
    },
    fails: [DECLARES, INSTANCE],
    message: 'Demanded: a whole number from 1 to 1000 as `maxConcurrentExports`\n  Received: 0',
  },
  {
    fault: 'throws for attributes that are no text',
    change: (exporter) => {
      exporter.encode = (span) => {
        for (const value of Object.values(span.attributes)) (value as string).trim();
        return LineExporter.prototype.encode(span);
      };
    },
    fails: [LADEN, FOREIGN],
    message: 'trim is not a function',
  },
  {
    fault: 'expects the resource of its own library',
    change: (exporter) => {
      exporter.encode = (span) => {
        if (span.resource.constructor.name !== 'Resource') throw new Error('no Resource');
        return LineExporter.prototype.encode(span);
      };
    },
    fails: [FOREIGN],
    message: 'Received: Error: no Resource',
  },
  {
    fault: 'ends with its first application',
    change: (exporter) => {
      Object.assign(exporter, { forceFlush: () => exporter.shutdown() });
    },
    fails: [INSTANCE],
    message: 'an instance belongs to the code that created it',
  },
  {
    fault: 'says success where it failed',
    change: (exporter) => {
      exporter.export = (spans, callback) =>
        LineExporter.prototype.export.call(exporter, spans, ({ error }) =>
          callback({ code: SUCCESS, ...(error && { error }) }),
        );
    },
    fails: [FAILS, AFTER_END],
    message:
      'one call with FAILED, which is about all spans: [ { code: 1, rejectedCount: 0 } ]\n  Received: [ { code: 0, rejectedCount: 0 } ]',
  },
  {
    fault: 'does not say why it failed',
    change: (exporter) => {
      exporter.export = (spans, callback) =>
        LineExporter.prototype.export.call(exporter, spans, ({ code }) => callback({ code }));
    },
    fails: [SAYS_WHY, SAYS_END],
    message: 'Demanded: one result whose `error` is an Error\n  Received: [ { code: 1 } ]',
  },
  {
    fault: 'drops the export that is under way when it is shut down',
    change: (exporter) => {
      let isShutDown = false;
      exporter.export = (spans, callback) => {
        const isLate = isShutDown;
        LineExporter.prototype.export.call(exporter, spans, (result) => {
          if (isLate || !isShutDown) callback(result);
        });
      };
      exporter.shutdown = async () => {
        isShutDown = true;
        await LineExporter.prototype.shutdown.call(exporter);
      };
    },
    fails: [UNDER_WAY],
    message: 'trace/sdk.md#shutdown-2',
  },
  {
    fault: 'rejects a second shutdown',
    change: (exporter) => {
      let count = 0;
      exporter.shutdown = async () => {
        if (++count > 1) throw new Error('shut down twice');
        await LineExporter.prototype.shutdown.call(exporter);
      };
    },
    fails: [AFTER_END, SAYS_END, UNDER_WAY, AGAIN],
    message: 'Received: Error: shut down twice',
  },
  {
    fault: 'opens a batch although the subject does not say so',
    change: (exporter) =>
      Object.assign(exporter, { openBatch: () => new LineBatch(exporter as never) }),
    fails: [NO_BATCHES],
    message: 'set `opensBatches` if it opens them',
  },
];

describe('spanExporterContract', () => {
  it('accepts a correct exporter', async () => {
    expect(await failingCases(contractOf(LineExporter, () => {}))).toEqual([]);
  });

  it.each(MUTANTS)('refuses one that $fault', async ({ change, fails, message }) => {
    const violations = await violationsOf(contractOf(LineExporter, change));
    expect(Object.keys(violations)).toEqual(fails);
    const messages = Object.values(violations).map((violation) => violation.message);
    expect(messages.join('\n')).toContain(message);
  });

  it('has no case that accepts all of them', () => {
    const failed = new Set(MUTANTS.flatMap(({ fails }) => fails));
    const names = contractOf(LineExporter, () => {}).map(({ name }) => name);
    expect(names.filter((name) => !failed.has(name))).toEqual([]);
  });

  it('tries the spans of further libraries', async () => {
    const foreignSpans = [{ of: 'the house', create: () => endedSpans(1) }];
    const names = contractOf(BatchingExporter, () => {}, { foreignSpans, opensBatches: true })
      .map(({ name }) => name)
      .filter((name) => name.includes('the house'));
    expect(names).toEqual([
      'takes the spans of the house',
      'a batch takes the spans of the house and exports them once, with success',
    ]);
  });

  it('demands a way to read what was delivered, unless the subject says why there is none', async () => {
    const create = () => ({ exporter: new LineExporter() });
    const violations = await violationsOf(contractOf(LineExporter, () => {}, { create }));
    expect(violations[DELIVERS]?.message).toContain('or a reason in `cannot.deliver`');
    const cannot = { deliver: 'it throws spans away' };
    const cases = contractOf(LineExporter, () => {}, { create, cannot });
    expect(await failingCases(cases)).toEqual([]);
    expect(cases.filter(({ skip }) => skip !== undefined)).toMatchObject([{ name: DELIVERS }]);
  });

  it('closes the destination, also after a violation', async () => {
    const closed: string[] = [];
    const cases = contractOf(LineExporter, () => {}, {
      create: () => ({ exporter: new LineExporter(), close: () => closed.push('closed') }),
    });
    await failingCases(cases.filter(({ name }) => [SUCCEEDS, DELIVERS].includes(name)));
    expect(closed).toHaveLength(2);
  });

  it.each<[Partial<SpanExporterSubject>, string]>([
    [{ createFailing: undefined }, 'spanExporterContract.createFailing must be a function'],
    [{ foreignSpans: {} as never }, 'spanExporterContract.foreignSpans must be an array'],
    [{ deadlineMillis: 0 }, 'spanExporterContract.deadlineMillis must be a number from 1'],
    [{ opensBatches: 'yes' as never }, 'spanExporterContract.opensBatches must be true or false'],
  ])('refuses the subject with %j', (others, message) => {
    expect(() => contractOf(LineExporter, () => {}, others)).toThrow(message);
  });
});
