import { EventEmitter } from 'node:events';
import { afterEach, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import mongoose from 'mongoose';
import { Tracer, TracingModule, type TracingOptions } from '../../../lib/index.js';
import { dedent, testTracingOptions, traceAsText } from '../../../lib/testing/index.js';
import { hostileProviders } from '../../support/hostile-providers.js';
import { silentLogger } from '../../support/silent-logger.js';

/** A class that works only with its own objects as `this`. */
class Account {
  #balance = 1;
  static #count = 0;

  get balance(): number {
    return this.#balance;
  }

  set balance(value: number) {
    this.#balance = value;
  }

  static count(): number {
    return ++Account.#count;
  }

  #add(amount: number): number {
    this.balance += amount;
    return this.balance;
  }

  deposit(amount: number): number {
    return this.#add(amount);
  }

  depositTwice(amount: number): number {
    this.deposit(amount);
    return this.deposit(amount);
  }

  isOwn(candidate: object): boolean {
    return #balance in candidate;
  }
}

@Injectable()
class AccountService extends Account {}

class FrozenRates {
  constructor() {
    Object.freeze(this);
  }

  rate(): number {
    return 3;
  }
}

@Injectable()
class FrozenRatesService extends FrozenRates {}

/** A client as those of HTTP libraries: a function with methods. */
const client = Object.assign((path: string): string => `called ${path}`, {
  get: (path: string): string => `got ${path}`,
  defaults: { timeout: 5 },
});

const User = mongoose.model('ObservedUser', new mongoose.Schema({ name: String }));

interface Objects {
  readonly map: Map<string, number>;
  readonly set: Set<string>;
  readonly date: Date;
  readonly url: URL;
  readonly bytes: Uint8Array;
  readonly emitter: EventEmitter;
  readonly frozen: FrozenRates;
  readonly account: Account;
  readonly client: typeof client;
  readonly greet: (name: string) => string;
  readonly model: typeof User;
}

const OBJECTS: Readonly<Record<keyof Objects, () => object>> = {
  map: () => new Map([['chair', 7]]),
  set: () => new Set(['chair']),
  date: () => new Date(0),
  url: () => new URL('http://localhost/orders'),
  bytes: () => new Uint8Array([1, 2]),
  emitter: () => new EventEmitter(),
  frozen: () => new FrozenRates(),
  account: () => new Account(),
  client: () => client,
  greet: () => (name: string) => `hello ${name}`,
  model: () => User,
};

@Injectable()
class Shop {
  constructor(
    @Inject('objects') readonly objects: Objects,
    readonly own: AccountService,
    readonly rates: FrozenRatesService,
  ) {}

  use(): unknown[] {
    const { map, set, date, url, bytes, emitter, frozen, account, model } = this.objects;
    let heard = '';
    emitter.once('order', (text: string) => {
      heard = text;
    });
    emitter.emit('order', 'placed');
    return [
      ...[map.set('table', 9).get('table'), map.size, [...map.keys()].join()],
      ...[set.has('chair'), date.toISOString(), url.toString(), bytes.subarray(1).length, heard],
      ...[frozen.rate(), this.rates.rate(), Object.isFrozen(this.rates)],
      ...[account.depositTwice(2), account.balance, account.isOwn(account)],
      ...[this.own.depositTwice(2), this.own.balance, this.own.isOwn(this.own)],
      ...[this.objects.client('/a'), this.objects.client.get('/b'), client.defaults.timeout],
      ...[this.objects.greet('Ada'), model.modelName, new model({ name: 'Ada' }).get('name')],
      ...[typeof model.find, Account.count() > 0],
    ];
  }
}

const KEYS = Object.keys(OBJECTS) as (keyof Objects)[];

@Module({
  providers: [
    ...[Shop, AccountService, FrozenRatesService],
    ...KEYS.map((key) => ({ provide: key, useFactory: OBJECTS[key] })),
    { provide: 'value', useValue: new Map() },
    ...Object.entries(hostileProviders).map(([provide, provider]) => ({
      provide,
      useFactory: () => provider,
    })),
    { provide: 'null', useValue: null },
    {
      provide: 'objects',
      inject: KEYS,
      useFactory: (...objects: object[]) =>
        Object.freeze(Object.fromEntries(KEYS.map((key, index) => [key, objects[index]]))),
    },
  ],
})
class ShopModule {}

const ANSWER = [
  ...[9, 2, 'chair,table', true],
  ...['1970-01-01T00:00:00.000Z', 'http://localhost/orders', 1, 'placed'],
  ...[3, 3, true, 5, 5, true, 5, 5, true],
  ...['called /a', 'got /b', 5, 'hello Ada', 'ObservedUser', 'Ada', 'function', true],
];

let module: TestingModule;

async function traceOfUse(providers: TracingOptions['providers']) {
  const { options, recorder, warnings } = testTracingOptions({ providers });
  const imports = [ShopModule, TracingModule.forRoot(options)];
  module = await Test.createTestingModule({ imports }).setLogger(silentLogger).compile();
  await module.init();
  const used = module.get(Tracer).trace('GET /shop', () => module.get(Shop).use());
  expect(used).toEqual(ANSWER);
  return { trace: traceAsText(recorder.takeSpans(), { attributes: false }), warnings };
}

afterEach(() => module.close());

it('objects of any kind work as without tracing', async () => {
  const { trace, warnings } = await traceOfUse(true);
  expect(trace).toBe(dedent`
    GET /shop
      Shop.use
        FrozenRatesService.rate
        AccountService.depositTwice
          AccountService.deposit
          AccountService.deposit
        AccountService.isOwn
  `);
  expect(warnings).toEqual([]);
});

it('objects whose class is named have spans, and work', async () => {
  const { trace, warnings } = await traceOfUse({
    include: [
      ...['Map', 'Set', 'Date', 'URL', 'Uint8Array', 'Account', 'FrozenRates', 'model'],
      EventEmitter,
    ],
  });
  expect(trace).toBe(dedent`
    GET /shop
      EventEmitter.once
        EventEmitter.on
      EventEmitter.emit
        EventEmitter.removeListener
      Map.set
      Map.get
      Map.keys
      Set.has
      Date.toISOString
      Uint8Array.subarray
      Account.depositTwice
        Account.deposit
        Account.deposit
      Account.isOwn
  `);
  // The methods of its class would belong to other code too.
  expect(warnings).toEqual([expect.stringContaining('A method of a provider is not traced')]);
});
