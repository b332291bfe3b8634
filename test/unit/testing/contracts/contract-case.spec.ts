import { describe, expect, it } from '@jest/globals';
import {
  type CaseDefinition,
  type ContractSubject,
  checkSubject,
  defineContract,
  document,
  ownRule,
  specification,
} from '../../../../lib/testing/contracts/contract-case.js';

type Inability = 'fly';

const DEFINITIONS: CaseDefinition<Inability>[] = [
  { name: 'walks', rule: specification('birds.md#walk'), run: () => {} },
  { name: 'flies', rule: document('Birds, #fly'), needs: ['fly'], run: () => {} },
  { name: 'sings', rule: ownRule('it is pleasant'), timeoutMillis: 7, run: () => {} },
];

function define(subject: Partial<ContractSubject<Inability>> = {}) {
  return defineContract<Inability>(
    'birdContract',
    ['fly'],
    { name: 'Bird', ...subject },
    DEFINITIONS,
  );
}

function skipped(subject: Partial<ContractSubject<Inability>>) {
  return Object.fromEntries(
    define(subject).flatMap(({ name, skip }) => (skip ? [[name, skip]] : [])),
  );
}

describe('defineContract', () => {
  it('makes a case of each definition', () => {
    expect(define()).toEqual([
      {
        name: 'walks',
        rule: 'OpenTelemetry specification, birds.md#walk',
        isOwnRule: false,
        timeoutMillis: 20_000,
        run: expect.any(Function),
      },
      expect.objectContaining({ name: 'flies', rule: 'Birds, #fly', isOwnRule: false }),
      expect.objectContaining({
        name: 'sings',
        rule: 'nestjs-traced, it is pleasant',
        isOwnRule: true,
        timeoutMillis: 7,
      }),
    ]);
  });

  it('skips with the reason of the subject, and leaves no case out', () => {
    expect(skipped({ cannot: { fly: 'a penguin' } })).toEqual({ flies: 'a penguin' });
    expect(skipped({ except: { walks: 'a swift' } })).toEqual({ walks: 'a swift' });
    expect(skipped({ exceptOwnRules: 'a crow' })).toEqual({ sings: 'a crow' });
    expect(define({ cannot: { fly: 'a penguin' } })).toHaveLength(3);
    expect(skipped({ cannot: { fly: undefined } })).toEqual({});
  });

  it.each([
    [{ cannot: { swim: 'a hen' } as never }, 'birdContract.cannot must have no keys but fly'],
    [{ cannot: { fly: ' ' } }, 'birdContract.cannot.fly must be a non-empty string'],
    [{ except: { walk: 'a hen' } }, 'birdContract.except must have names of cases as its keys'],
    [{ except: { walks: '' } }, "birdContract.except['walks'] must be a non-empty string"],
    [{ exceptOwnRules: '' }, 'birdContract.exceptOwnRules must be a non-empty string'],
  ])('refuses %j', (subject, message) => {
    expect(() => define(subject)).toThrow(message);
  });
});

describe('checkSubject', () => {
  it.each([
    [null, 'birdContract.options must be an object'],
    [{ create: () => {} }, 'birdContract.name must be a non-empty string'],
    [{ name: 'Bird' }, 'birdContract.create must be a function'],
    [{ name: 'Bird', create: 1 }, 'birdContract.create must be a function'],
  ])('refuses %j', (subject, message) => {
    expect(() => checkSubject('birdContract', subject as object, ['create'])).toThrow(message);
  });

  it('accepts a subject with a name and all functions', () => {
    expect(() =>
      checkSubject('birdContract', { name: 'Bird', create() {} }, ['create']),
    ).not.toThrow();
  });
});

describe('a case', () => {
  const runWith = (run: CaseDefinition['run']) =>
    defineContract('birdContract', [], { name: 'Bird' }, [
      { name: 'walks', rule: specification('birds.md#walk'), run },
    ])[0]?.run();

  it('resolves where the demands are met', async () => {
    await expect(runWith((demand) => demand.equal(2, 2, 'legs'))).resolves.toBeUndefined();
  });

  it('rejects with what was demanded and received, and with the rule', async () => {
    await expect(runWith((demand) => demand.equal(3, 2, 'legs'))).rejects.toMatchObject({
      name: 'ContractViolation',
      message:
        'Bird violates its contract: "walks".\n' +
        '  Demanded: legs: 2\n  Received: 3\n' +
        '  Rule: OpenTelemetry specification, birds.md#walk',
    });
  });

  it('rejects with what the implementation throws, as the cause', async () => {
    const thrown = new TypeError('no legs');
    await expect(runWith(() => Promise.reject(thrown))).rejects.toMatchObject({
      demanded: 'no error',
      received: 'TypeError: no legs',
      cause: thrown,
    });
  });
});
