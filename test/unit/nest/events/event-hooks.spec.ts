import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { type Observable, of, Subject } from 'rxjs';
import { contextStorage, TracingContext } from '../../../../lib/context/index.js';
import { Traced } from '../../../../lib/decorators/index.js';
import { EventHandlerCalls, PublishedEvents } from '../../../../lib/events/index.js';
import { EventHooks } from '../../../../lib/nest/events/event-hooks.js';
import { EVENT_PROVIDERS } from '../../../../lib/nest/events/event-providers.js';
import { handlerMethodOf } from '../../../../lib/nest/events/handler-methods.js';
import { hookEventBus } from '../../../../lib/nest/events/hook-event-bus.js';
import { traceAsText } from '../../../../lib/testing/index.js';
import { modulesOf } from '../../../support/modules-of.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

class Listener {
  on(): string {
    return 'called';
  }
}
Reflect.defineMetadata('EVENT_LISTENER_METADATA', [{ event: 'a.*' }], Listener.prototype.on);

class FakeEventBus {
  readonly subject$ = new Subject<unknown>();
  registerSagas(): void {}
  subscribe(): void {}

  publish(event: unknown): void {
    this.subject$.next(event);
  }

  publishAll(events: unknown[]): void {
    for (const event of events) this.subject$.next(event);
  }
}

describe('EventHooks', () => {
  it('trace handlers and event buses until the application has shut down', () => {
    const { tracer, recorder } = createTracing();
    const [listener, bus] = [new Listener(), new FakeEventBus()];
    const hooks = new EventHooks(modulesOf([listener, bus]), tracer, new EventHandlerCalls(tracer));
    hooks.onModuleInit();
    expect(listener.on()).toBe('called');
    expect(recorder.takeSpan().name).toBe('Listener.on');
    expect(Object.hasOwn(bus, 'publish')).toBe(true);
    hooks.onApplicationShutdown();
    expect(listener.on()).toBe('called');
    expect(Object.getOwnPropertyNames(listener)).toEqual([]);
    expect(Object.hasOwn(bus, 'publish')).toBe(false);
    expect(recorder.takeSpans()).toEqual([]);
  });

  it('trace the prototype of a request-scoped class once for each application', () => {
    const [first, second] = [createTracing(), createTracing()];
    const instance = Object.create(Listener.prototype);
    const modules = modulesOf([instance], [instance]);
    const hooks = [first, second].map(
      ({ tracer }) => new EventHooks(modules, tracer, new EventHandlerCalls(tracer)),
    );
    for (const hook of hooks) hook.onModuleInit();
    new Listener().on();
    expect(first.recorder.takeSpans()).toEqual([]);
    expect(second.recorder.takeSpan().name).toBe('Listener.on');
    for (const hook of hooks.reverse()) hook.onApplicationShutdown();
  });
});

describe('a handler with @Traced', () => {
  it('has one span, with the attributes of both, in each application of the class', () => {
    class Mails {
      @Traced({ name: 'mails', attributes: { 'mail.kind': 'digest' } })
      on(): string {
        return 'called';
      }
    }
    Reflect.defineMetadata('EVENT_LISTENER_METADATA', [{ event: 'sent' }], Mails.prototype.on);
    const { tracer, recorder } = createTracing();
    const original = Mails.prototype.on;
    // The prototype, as for request-scoped classes.
    const instance = Object.create(Mails.prototype);
    const modules = modulesOf([instance], [instance]);
    const hooks = [1, 2].map(() => new EventHooks(modules, tracer, new EventHandlerCalls(tracer)));
    for (const hook of hooks) hook.onModuleInit();
    expect(new Mails().on()).toBe('called');
    const shown = 'mails code.function.name=Mails.on mail.kind=digest';
    expect(traceAsText(recorder.takeSpans())).toBe(`${shown} nestjs.event.name=sent`);
    for (const hook of hooks) hook.onApplicationShutdown();
    expect(Mails.prototype.on).toBe(original);
    new Mails().on();
    expect(traceAsText(recorder.takeSpans())).toBe(shown);
  });

  it('keeps its span if the options ignore it', () => {
    class Mails {
      @Traced()
      on(): void {}
    }
    Reflect.defineMetadata('EVENT_LISTENER_METADATA', [{ event: 'sent' }], Mails.prototype.on);
    const { tracer, recorder } = createTracing();
    const calls = new EventHandlerCalls(tracer, { ignore: ['Mails.on'] });
    const mails = new Mails();
    new EventHooks(modulesOf([mails]), tracer, calls).onModuleInit();
    mails.on();
    expect(traceAsText(recorder.takeSpans())).toBe('Mails.on');
  });
});

describe('a saga with @Traced', () => {
  it('has no span but those of its commands', () => {
    class Sagas {
      @Traced()
      placed(): Observable<string> {
        return of('pack');
      }
    }
    Reflect.defineMetadata('__saga__', ['placed'], Sagas);
    const { tracer, recorder } = createTracing();
    const sagas = new Sagas();
    const hooks = new EventHooks(modulesOf([sagas]), tracer, new EventHandlerCalls(tracer));
    const commands: string[] = [];
    hooks.onModuleInit();
    tracer.trace('start', {}, () => {
      sagas.placed().subscribe((command) => commands.push(command));
    });
    hooks.onApplicationShutdown();
    expect(commands).toEqual(['pack']);
    expect(traceAsText(recorder.takeSpans())).toBe('start\n  Sagas.placed');
  });
});

describe('EVENT_PROVIDERS', () => {
  const [{ useFactory } = {} as never] = EVENT_PROVIDERS;

  it.each([
    [{}, true, true],
    [{ events: { ignore: [] } }, true, true],
    [{ events: false }, true, false],
    [{}, false, false],
  ])('with %p, enabled: %p, install hooks: %p', (options, isEnabled, isHooked) => {
    const { tracer } = createTracing();
    const hooks = useFactory(modulesOf([]), { tracer, isEnabled }, options);
    expect(hooks instanceof EventHooks).toBe(isHooked);
  });
});

describe('handlerMethodOf', () => {
  class Handler {
    execute(): void {}
    handle(): void {}
    saga(): void {}
  }
  const method = (key: 'execute' | 'handle' | 'saga', metadata: Record<string, unknown> = {}) => {
    class Own extends Handler {}
    for (const [name, value] of Object.entries(metadata)) Reflect.defineMetadata(name, value, Own);
    const { [key]: original } = Handler.prototype;
    const target = new Own();
    return handlerMethodOf({
      target,
      isPrototype: false,
      key,
      function: original,
      name: `Own.${key}`,
      metatype: Own,
    });
  };
  class Find {}

  it.each([
    ['execute', { __commandHandler__: Find }, { type: 'command', names: ['Find'] }],
    ['execute', { __queryHandler__: Find }, { type: 'query', names: ['Find'] }],
    [
      'handle',
      { __eventsHandler__: [Find, Handler] },
      { type: 'event', names: ['Find', 'Handler'] },
    ],
    ['saga', { __saga__: ['saga'] }, { type: 'saga', names: [] }],
  ] as const)('describes %s with %p', (key, metadata, expected) => {
    expect(method(key, metadata)).toEqual({ functionName: `Own.${key}`, ...expected });
  });

  it.each([
    ['execute', {}],
    ['handle', { __commandHandler__: Find }],
    ['saga', { __saga__: ['other'] }],
    ['saga', { __saga__: 'saga' }],
  ] as const)('ignores %s with %p', (key, metadata) => {
    expect(method(key, metadata)).toBeUndefined();
  });

  it.each([
    [{ event: 'a' }, ['a']],
    [
      [{ event: 'a.*' }, { event: ['b', 'c'] }],
      ['a.*', 'b.c'],
    ],
    [
      [{ event: Symbol('d') }, null],
      ['Symbol(d)', 'undefined'],
    ],
  ])('names the events of a listener with %p', (metadata, names) => {
    const listener = (): void => {};
    Reflect.defineMetadata('EVENT_LISTENER_METADATA', metadata, listener);
    const description = { target: {}, isPrototype: false, key: 'on', name: 'A.on', metatype: Find };
    expect(handlerMethodOf({ ...description, function: listener })).toEqual({
      functionName: 'A.on',
      type: 'event',
      names,
    });
  });
});

describe('hookEventBus', () => {
  const KEY = Symbol('key');
  const first = TracingContext.ROOT.setValue(KEY, 'first');

  it('delivers events in the context of their publisher', () => {
    const bus = new FakeEventBus();
    const seen: unknown[] = [];
    bus.subject$.subscribe(() => seen.push(contextStorage.active().getValue(KEY)));
    const restore = hookEventBus(bus, new PublishedEvents());
    const [one, two] = [{}, {}];
    contextStorage.run(first, () => {
      bus.publish(one);
      bus.publishAll([two]);
    });
    bus.subject$.next(one);
    bus.subject$.next({});
    expect(seen).toEqual(['first', 'first', 'first', undefined]);
    restore?.();
    bus.subject$.next(two);
    expect(seen.at(-1)).toBeUndefined();
  });

  it.each([{}, { publish() {}, publishAll() {}, registerSagas() {}, subscribe() {} }])(
    'ignores what is not an event bus: %p',
    (candidate) => {
      expect(hookEventBus(candidate, new PublishedEvents())).toBeUndefined();
    },
  );
});
