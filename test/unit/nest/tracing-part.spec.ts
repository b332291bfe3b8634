import { describe, expect, it } from '@jest/globals';
import { Inject, Injectable, Module } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { resolvePart, type TracingPart } from '../../../lib/nest/tracing-part.js';

interface Greeter {
  greet(): string;
}

@Injectable()
class Name {
  readonly text = 'Ada';
}

/** Constructed only after an asynchronous step, as connections are. */
const LATE = Symbol('late');
const ASKED = Symbol('asked');

@Injectable()
class NamedGreeter implements Greeter {
  constructor(@Inject(Name) private readonly name: Name) {}
  greet(): string {
    return `hello ${this.name.text}`;
  }
}

async function resolve(part: TracingPart<Greeter>): Promise<Greeter> {
  @Module({
    providers: [
      Name,
      {
        provide: ASKED,
        inject: [ModuleRef],
        useFactory: (moduleRef: ModuleRef) => resolvePart(part, moduleRef),
      },
      {
        provide: LATE,
        useFactory: () =>
          new Promise((done) => setImmediate(() => done({ greet: () => 'hello late' }))),
      },
    ],
  })
  class PartModule {}
  const module = await Test.createTestingModule({ imports: [PartModule] }).compile();
  return module.get(ASKED, { strict: false });
}

describe('resolvePart', () => {
  const instance: Greeter = { greet: () => 'hello instance' };
  const forms: [string, TracingPart<Greeter>, string][] = [
    ['an instance', instance, 'hello instance'],
    ['a class with dependencies', NamedGreeter, 'hello Ada'],
    ['useValue', { useValue: instance }, 'hello instance'],
    ['useClass', { useClass: NamedGreeter }, 'hello Ada'],
    ['useExisting of what is not constructed yet', { useExisting: LATE }, 'hello late'],
    ['useFactory', { useFactory: () => instance }, 'hello instance'],
    ['an asynchronous useFactory', { useFactory: async () => instance }, 'hello instance'],
    [
      'useFactory with what it injects, in order',
      {
        inject: [Name, LATE],
        useFactory: (name: Name, late: Greeter) => ({
          greet: () => `${late.greet()} and ${name.text}`,
        }),
      },
      'hello late and Ada',
    ],
  ];

  it.each(forms)('makes %s the instance it stands for', async (_, part, greeting) => {
    expect((await resolve(part)).greet()).toBe(greeting);
  });

  it('says which dependency is missing', async () => {
    const part: TracingPart<Greeter> = { inject: ['NOWHERE'], useFactory: () => instance };
    await expect(resolve(part)).rejects.toThrow(/NOWHERE/);
  });
});
