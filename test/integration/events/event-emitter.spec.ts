import { afterEach, describe, expect, it } from '@jest/globals';
import { Injectable, Module, Scope } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Test, type TestingModule } from '@nestjs/testing';
import { Traced, Tracer, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { silentLogger } from '../../support/silent-logger.js';

const PAID = ['payment', 'received'];

@Injectable()
class MailListener {
  readonly calls: string[] = [];

  @OnEvent('order.placed')
  async confirm(id: string): Promise<void> {
    this.calls.push(`confirm ${id}`);
    await this.send();
  }

  @OnEvent(PAID)
  paid(): void {}

  @OnEvent('order.*')
  @OnEvent('stock.**')
  log(): void {
    this.calls.push('log');
  }

  @OnEvent('order.lost', { suppressErrors: false })
  async strict(): Promise<void> {
    throw new RangeError('no such order');
  }

  @OnEvent('order.returned')
  lenient(): void {
    throw new TypeError('no reason');
  }

  @OnEvent('order.slow', { async: true })
  later(): void {}

  @Traced()
  async send(): Promise<void> {}
}

@Injectable({ scope: Scope.REQUEST })
class RequestListener {
  @OnEvent('order.placed')
  async handle(): Promise<void> {}
}

@Module({ providers: [MailListener, RequestListener] })
class MailModule {}

let open: TestingModule[] = [];

async function start(options: TracingOptions = {}) {
  const setup = testTracingOptions(options);
  const imports = [
    EventEmitterModule.forRoot({ wildcard: true }),
    MailModule,
    TracingModule.forRoot(setup.options),
  ];
  const module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
  open.push(module);
  await module.init();
  const emitter = module.get(EventEmitter2);
  const tracer = module.get(Tracer);
  return { ...setup, module, emitter, tracer, listener: module.get(MailListener) };
}

afterEach(async () => {
  for (const module of open) await module.close();
  open = [];
});

describe('listeners of @nestjs/event-emitter', () => {
  it('have spans below the code that emits the event', async () => {
    const { emitter, tracer, recorder } = await start();
    await tracer.trace('POST /orders', {}, () => emitter.emitAsync('order.placed', '7'));
    expect(traceAsText(recorder.takeSpans())).toBe(
      [
        'POST /orders',
        '  MailListener.confirm nestjs.event.name=order.placed',
        '    MailListener.send',
        '  MailListener.log nestjs.event.name="stock.**, order.*"',
        '  RequestListener.handle nestjs.event.name=order.placed',
      ].join('\n'),
    );
  });

  it('stay children where the emitter does not wait for them', async () => {
    const { emitter, tracer, recorder } = await start();
    tracer.trace('POST /orders', {}, () => emitter.emit('order.slow'));
    tracer.trace('POST /payments', {}, () => emitter.emit(['payment', 'received']));
    await recorder.waitForSpans(5);
    expect(traceAsText(recorder.takeSpans(), { attributes: ['nestjs.event.name'] })).toBe(
      [
        'POST /orders',
        '  MailListener.log nestjs.event.name="stock.**, order.*"',
        '  MailListener.later nestjs.event.name=order.slow',
        '',
        'POST /payments',
        '  MailListener.paid nestjs.event.name=payment.received',
      ].join('\n'),
    );
  });

  it('have the same name for every event that a wildcard matches', async () => {
    const { emitter, recorder } = await start();
    for (let id = 0; id < 50; id++) emitter.emit(`stock.item.${id}`);
    const spans = recorder.takeSpans();
    expect(spans).toHaveLength(50);
    expect(new Set(spans.map(({ name }) => name))).toEqual(new Set(['MailListener.log']));
    expect(new Set(spans.map(({ attributes }) => JSON.stringify(attributes))).size).toBe(1);
  });

  it('record what they throw, and change nothing about it', async () => {
    const { emitter, tracer, recorder } = await start({ events: { ignore: ['MailListener.log'] } });
    await tracer.trace('a', {}, async () => {
      expect(emitter.emit('order.returned')).toBe(true);
      await expect(emitter.emitAsync('order.lost')).rejects.toThrow('no such order');
    });
    expect(traceAsText(recorder.takeSpans(), { attributes: ['error.type'] })).toBe(
      [
        'a',
        '  MailListener.lenient error.type=TypeError ERROR "no reason" exception TypeError',
        '  MailListener.strict error.type=RangeError ERROR "no such order" exception RangeError',
      ].join('\n'),
    );
  });

  it('have no span if an option ignores them; their work stays in the trace', async () => {
    const { emitter, tracer, recorder } = await start({
      events: {
        ignore: ['MailListener.log', /^Request/, ({ names }) => names.includes('order.placed')],
      },
    });
    await tracer.trace('POST /orders', {}, () => emitter.emitAsync('order.placed', '7'));
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe(
      ['POST /orders', '  MailListener.send'].join('\n'),
    );
  });

  it('have no spans if the option is false', async () => {
    const { emitter, recorder } = await start({ events: false });
    await emitter.emitAsync('order.placed', '7');
    expect(traceAsText(recorder.takeSpans(), { attributes: false })).toBe('MailListener.send');
  });

  it('are those of their own application where several run in the process', async () => {
    const [first, second] = [await start(), await start()];
    await first.tracer.trace('first', {}, () => first.emitter.emitAsync('order.placed', '1'));
    await second.tracer.trace('second', {}, () => second.emitter.emitAsync('order.placed', '2'));
    const lines = ['  MailListener.confirm', '    MailListener.send', '  MailListener.log'];
    const text = (root: string): string => [root, ...lines, '  RequestListener.handle'].join('\n');
    for (const [setup, root] of [
      [first, 'first'],
      [second, 'second'],
    ] as const) {
      expect(traceAsText(setup.recorder.takeSpans(), { attributes: false })).toBe(text(root));
    }
  });

  it('look the same to other code, and are restored when the application closes', async () => {
    const original = RequestListener.prototype.handle;
    const { module, listener } = await start();
    expect(listener.confirm.name).toBe('confirm');
    expect(listener.confirm).toHaveLength(1);
    expect(Object.keys(listener)).toEqual(['calls']);
    expect(RequestListener.prototype.handle).not.toBe(original);
    await module.close();
    expect(Object.getOwnPropertyNames(listener)).toEqual(['calls']);
    expect(RequestListener.prototype.handle).toBe(original);
  });

  it('reports a listener that cannot be replaced, and starts all the same', async () => {
    @Injectable()
    class FrozenListener {
      constructor() {
        Object.freeze(this);
      }

      @OnEvent('order.placed')
      handle(): void {}
    }
    const { options, recorder, warnings } = testTracingOptions();
    const imports = [EventEmitterModule.forRoot(), TracingModule.forRoot(options)];
    const module = await Test.createTestingModule({
      imports,
      providers: [FrozenListener],
    }).compile();
    open.push(module);
    await module.init();
    module.get(EventEmitter2).emit('order.placed');
    expect(recorder.takeSpans()).toEqual([]);
    expect(warnings).toEqual([
      expect.stringContaining('An event handler is not traced: its method could not be replaced'),
    ]);
  });
});
