import { describe, expect, it } from '@jest/globals';
import { Observable, of, throwError } from 'rxjs';
import { contextStorage, TracingContext } from '../../../lib/context/index.js';
import { EventHandlerCalls } from '../../../lib/events/event-handler-calls.js';
import type { EventTracingOptions } from '../../../lib/events/event-options.js';
import { AlwaysOffSampler } from '../../../lib/sampling/index.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();
const LISTENER = { functionName: 'Mail.on', type: 'event', names: ['a', 'b'] } as const;
const SAGA = { functionName: 'Sagas.run', type: 'saga', names: [] } as const;

function create(options: EventTracingOptions = {}) {
  const tracing = createTracing();
  return { ...tracing, calls: new EventHandlerCalls(tracing.tracer, options) };
}

describe('EventHandlerCalls', () => {
  it('calls a handler in a span, with this and arguments', () => {
    const { calls, tracer, recorder } = create();
    const self = {};
    const handle = calls.wrap(function (this: unknown, ...args) {
      return [this, ...args];
    }, LISTENER);
    expect(tracer.trace('a', {}, () => handle?.call(self, 1))).toEqual([self, 1]);
    expect(traceAsText(recorder.takeSpans())).toBe('a\n  Mail.on nestjs.event.name="a, b"');
  });

  it.each([
    ['command', 'nestjs.command.name'],
    ['query', 'nestjs.query.name'],
  ] as const)('names the %s', (type, attribute) => {
    const { calls, recorder } = create();
    calls.wrap(() => 1, { functionName: 'Find.execute', type, names: ['Find'] })?.call(undefined);
    expect(recorder.takeSpan().attributes).toEqual({ [attribute]: 'Find' });
  });

  it('has no span in a suppressed context, in an unsampled trace, and after it has stopped', () => {
    const { calls, recorder } = create();
    const handle = calls.wrap(() => 'called', LISTENER);
    expect(contextStorage.run(TracingContext.SUPPRESSED, () => handle?.call(undefined))).toBe(
      'called',
    );
    calls.stop();
    expect(handle?.call(undefined)).toBe('called');
    expect(recorder.takeSpans()).toEqual([]);
    const off = createTracing({ sampler: new AlwaysOffSampler() });
    const unsampled = new EventHandlerCalls(off.tracer).wrap(() => off.tracer.activeSpan, LISTENER);
    off.tracer.trace('a', {}, (span) => expect(unsampled?.call(undefined)).toBe(span));
  });

  it('uses the tracer of the active span; a shared method only in its own application', () => {
    const [own, other] = [create(), create()];
    const handle = own.calls.wrap(() => 1, LISTENER);
    const shared = own.calls.wrap(
      () => 1,
      LISTENER,
      () => false,
    );
    other.tracer.trace('other', {}, () => handle?.call(undefined));
    other.tracer.trace('other', {}, () => shared?.call(undefined));
    shared?.call(undefined);
    own.tracer.trace('own', {}, () => shared?.call(undefined));
    const text = (tracing: typeof own): string =>
      traceAsText(tracing.recorder.takeSpans(), { attributes: false });
    expect(text(other)).toBe('other\n  Mail.on\n\nother');
    expect(text(own)).toBe('own\n  Mail.on');
  });

  it('wraps no handler that a rule ignores, and refuses invalid rules', () => {
    const { calls } = create({ ignore: ['Mail.on', ({ type }) => type === 'saga'] });
    expect(calls.wrap(() => 1, LISTENER)).toBeUndefined();
    expect(calls.wrap(() => 1, SAGA)).toBeUndefined();
    expect(calls.attributesOf(LISTENER)).toBeUndefined();
    expect(create().calls.attributesOf(LISTENER)).toEqual({ 'nestjs.event.name': 'a, b' });
    expect(create().calls.attributesOf(SAGA)).toEqual({});
    expect(() => create({ ignore: 'Mail.on' as never })).toThrow(/events\.ignore must be/);
  });
});

describe('a saga', () => {
  it('has a span for each command, in which the subscriber gets the command', () => {
    const { calls, tracer, recorder } = create();
    const saga = calls.wrap(() => of('a', undefined, 'b'), SAGA);
    const commands = saga?.call(undefined) as Observable<string | undefined>;
    const seen: unknown[] = [];
    tracer.trace('publish', {}, () => {
      commands.subscribe((command) => {
        seen.push(command);
        if (command) tracer.trace(`execute ${command}`, {}, () => undefined);
      });
    });
    expect(seen).toEqual(['a', undefined, 'b']);
    expect(traceAsText(recorder.takeSpans())).toBe(
      ['publish', '  Sagas.run', '    execute a', '  Sagas.run', '    execute b'].join('\n'),
    );
  });

  it('holds no span open if it never ends, and passes the unsubscription on', () => {
    const { calls, recorder } = create();
    let isUnsubscribed = false;
    const never = new Observable(() => () => {
      isUnsubscribed = true;
    });
    const commands = calls.wrap(() => never, SAGA)?.call(undefined) as Observable<unknown>;
    const subscription = commands.subscribe();
    expect(recorder.openSpans).toEqual([]);
    subscription.unsubscribe();
    expect(isUnsubscribed).toBe(true);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('records its error, and passes it on', () => {
    const { calls, recorder } = create();
    const error = new RangeError('no');
    const commands = calls.wrap(() => throwError(() => error), SAGA)?.call(undefined);
    const seen: unknown[] = [];
    (commands as Observable<unknown>).subscribe({ error: (caught) => seen.push(caught) });
    expect(seen).toEqual([error]);
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      'Sagas.run ERROR "no" exception RangeError',
    );
  });

  it('returns what is not an Observable unchanged', () => {
    expect(
      create()
        .calls.wrap(() => 'invalid', SAGA)
        ?.call(undefined),
    ).toBe('invalid');
  });
});
