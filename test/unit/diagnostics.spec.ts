import { describe, expect, it, jest } from '@jest/globals';
import { Diagnostics, isReportingDiagnostics } from '../../lib/diagnostics.js';

const recording = () => {
  const messages: string[] = [];
  return { messages, diagnostics: new Diagnostics({ warn: (message) => messages.push(message) }) };
};

describe('Diagnostics', () => {
  it('tells while it logs that the message is its own, also if the logger throws', () => {
    const told: boolean[] = [];
    const diagnostics = new Diagnostics({
      warn: () => {
        told.push(isReportingDiagnostics());
        throw new Error('disk full');
      },
    });
    diagnostics.say('The exporter fails');
    expect([...told, isReportingDiagnostics()]).toEqual([true, false]);
  });

  it('reports a cause when it comes up first, with its detail', () => {
    const { diagnostics, messages } = recording();
    diagnostics.report('The sampler threw', new TypeError('no ratio'));
    expect(messages).toEqual(['The sampler threw: TypeError: no ratio']);
  });

  it('reports it again at every power of ten, with its count', () => {
    const { diagnostics, messages } = recording();
    for (let turn = 1; turn <= 1000; turn++) diagnostics.report('It threw', `turn ${turn}`);
    expect(messages).toEqual([
      'It threw: turn 1',
      'It threw (10 times so far): turn 10',
      'It threw (100 times so far): turn 100',
      'It threw (1000 times so far): turn 1000',
    ]);
    expect(diagnostics.counts()).toEqual({ 'It threw': 1000 });
  });

  it('reports several at once where their count passes a power of ten', () => {
    const { diagnostics, messages } = recording();
    for (const times of [3, 6, 2, 500]) diagnostics.report('It threw', undefined, times);
    expect(messages).toEqual([
      'It threw (3 times so far)',
      'It threw (11 times so far)',
      'It threw (511 times so far)',
    ]);
  });

  it('cuts a long detail', () => {
    const { diagnostics, messages } = recording();
    diagnostics.report('It threw', new Error('x'.repeat(5000)));
    expect(messages).toEqual([`It threw: Error: ${'x'.repeat(993)}…`]);
  });

  it('counts each cause apart', () => {
    const { diagnostics, messages } = recording();
    diagnostics.report('One');
    diagnostics.report('Two');
    diagnostics.report('One');
    expect(messages).toEqual(['One', 'Two']);
    expect(diagnostics.counts()).toEqual({ One: 2, Two: 1 });
  });

  it('says what is said, every time', () => {
    const { diagnostics, messages } = recording();
    diagnostics.say('Delivering again');
    diagnostics.say('Delivering again');
    expect(messages).toEqual(['Delivering again', 'Delivering again']);
    expect(diagnostics.counts()).toEqual({});
  });

  it.each<[string, unknown, string]>([
    ['a string', 'text', 'It threw: text'],
    ['null', null, 'It threw: null'],
    ['nothing', undefined, 'It threw'],
    ['a symbol', Symbol('x'), 'It threw: Symbol(x)'],
    ['an object', { id: 1 }, 'It threw: [object Object]'],
    [
      'an object without prototype',
      Object.create(null),
      'It threw: something that cannot be described',
    ],
    [
      'an error whose message throws',
      Object.defineProperty(new Error('x'), 'message', {
        get: () => {
          throw new Error('no message');
        },
      }),
      'It threw: something that cannot be described',
    ],
  ])('describes %s', (_, detail, message) => {
    const { diagnostics, messages } = recording();
    diagnostics.report('It threw', detail);
    expect(messages).toEqual([message]);
  });

  it('goes on counting when the logger throws', () => {
    const diagnostics = new Diagnostics({
      warn: () => {
        throw new Error('no log');
      },
    });
    diagnostics.report('It threw');
    diagnostics.report('It threw');
    diagnostics.say('It threw');
    expect(diagnostics.counts()).toEqual({ 'It threw': 2 });
  });

  it('warns on the console where no logger is given', () => {
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      new Diagnostics().report('It threw');
      expect(warn.mock.calls).toEqual([['It threw']]);
    } finally {
      warn.mockRestore();
    }
  });

  it('calls the logger with its own `this`', () => {
    const logger = {
      prefix: '[tracing]',
      lines: [] as string[],
      warn(message: string) {
        this.lines.push(`${this.prefix} ${message}`);
      },
    };
    new Diagnostics(logger).say('hello');
    expect(logger.lines).toEqual(['[tracing] hello']);
  });
});

describe('a log line', () => {
  it('has no characters of an error that a terminal would obey, and no line of its own', () => {
    const lines: string[] = [];
    const diagnostics = new Diagnostics({ warn: (message) => lines.push(message) });
    diagnostics.report('An export failed', new Error('\u001b[2J\r\nFAKE log line\u009b'));
    expect(lines).toEqual(['An export failed: Error:  [2J FAKE log line ']);
  });
});
