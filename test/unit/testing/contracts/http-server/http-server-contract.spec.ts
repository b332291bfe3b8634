import { describe, expect, it } from '@jest/globals';
import { ExpressAdapter } from '@nestjs/platform-express';
import { AlwaysOnSampler } from '../../../../../lib/sampling/index.js';
import {
  type HttpServerSubject,
  httpServerContract,
} from '../../../../../lib/testing/contracts/http-server/http-server-contract.js';
import {
  type ContractCase,
  ContractViolation,
} from '../../../../../lib/testing/contracts/index.js';
import { testTracingOptions } from '../../../../../lib/testing/index.js';
import { EXPRESS_FACTS } from '../../../../integration/http/application/platforms.js';

const CORRECT: HttpServerSubject = {
  name: 'Express',
  createAdapter: () => new ExpressAdapter(),
  facts: EXPRESS_FACTS,
};

/** An adapter that answers every request with 200. */
class CheerfulAdapter extends ExpressAdapter {
  override reply(response: never, body: unknown): unknown {
    return super.reply(response, body, 200);
  }

  override status(response: never): unknown {
    return super.status(response, 200);
  }
}

/** The violations by the name of the case. The cases share nothing, so they run at the same time. */
async function violationsOf(
  subject: HttpServerSubject,
  isChosen: (testCase: ContractCase) => boolean = () => true,
): Promise<Record<string, ContractViolation>> {
  const chosen = httpServerContract(subject).filter(isChosen);
  const outcomes = await Promise.all(
    chosen.map(async ({ name, run }) => {
      const error = await run().then(
        () => undefined,
        (reason: unknown) => reason,
      );
      return [name, error as ContractViolation | undefined] as const;
    }),
  );
  const violations = outcomes.filter(([, error]) => error !== undefined);
  for (const [, error] of violations) expect(error).toBeInstanceOf(ContractViolation);
  return Object.fromEntries(violations) as Record<string, ContractViolation>;
}

const UNSAMPLED = 'records nothing if the caller did not sample';
const NO_CAUSE = 'does not sample because a stranger did';

describe('httpServerContract', () => {
  it('refuses an application that is not traced, in every case', async () => {
    const violations = await violationsOf({
      ...CORRECT,
      testOptions: ({ http, ...others }) => {
        const given = http as { readonly server?: object } | undefined;
        const server = { ...given?.server, hooks: false };
        return testTracingOptions({ ...others, http: { server } });
      },
    });
    const names = httpServerContract(CORRECT).map(({ name }) => name);
    expect(names.filter((name) => !(name in violations))).toEqual([]);
    expect(violations['traces a success']?.received).toBe("'load order'");
    expect(violations['traces an unknown route']?.message).toMatch(
      /"traces an unknown route"\.\n {2}Demanded: no error\n {2}Received: Error: 2000 ms went by/,
    );
  }, 60_000);

  it('refuses an application that does not respect the decision of the caller', async () => {
    const violations = await violationsOf(
      {
        ...CORRECT,
        testOptions: (others) => testTracingOptions({ ...others, sampler: new AlwaysOnSampler() }),
      },
      ({ name }) => [UNSAMPLED, NO_CAUSE, 'traces a success'].includes(name),
    );
    expect(Object.keys(violations)).toEqual([UNSAMPLED, NO_CAUSE]);
    expect(violations[UNSAMPLED]?.received).toContain('A test must read all spans');
  });

  it('refuses a platform that answers every request with 200', async () => {
    const violations = await violationsOf(
      { ...CORRECT, createAdapter: () => new CheerfulAdapter() },
      ({ name }) => ['traces a success', 'traces a body', 'traces an unknown route'].includes(name),
    );
    expect(Object.keys(violations)).toEqual(['traces a body', 'traces an unknown route']);
    expect(violations['traces an unknown route']?.message).toBe(
      'Express violates its contract: "traces an unknown route".\n' +
        "  Demanded: the trace of an unknown route: 'GET [server] http.response.status_code=404'\n" +
        "  Received: 'GET [server] http.response.status_code=200'\n" +
        '  Rule: Semantic conventions 1.45.0, http/http-spans.md#status',
    );
  });

  it('refuses a platform whose facts are others', async () => {
    const facts = { ...EXPRESS_FACTS, throwsForMalformedPath: false };
    const violations = await violationsOf({ ...CORRECT, facts }, ({ name }) =>
      /cannot be decoded|traces a success/.test(name),
    );
    expect(Object.keys(violations)).toEqual(['traces a path that cannot be decoded']);
  });

  it('refuses an application that logs warnings', async () => {
    const testOptions: HttpServerSubject['testOptions'] = (others) => {
      const { options, recorder } = testTracingOptions(others);
      return { options, recorder, warnings: ['no route'] };
    };
    const violations = await violationsOf({ ...CORRECT, testOptions }, ({ name }) =>
      name.startsWith('traces a success'),
    );
    expect(violations['traces a success']?.message).toContain(
      "Demanded: the warnings of the library: []\n  Received: [ 'no route' ]",
    );
  });

  it('asks the subject where to listen, and what handlers write to by hand', async () => {
    let listenCount = 0;
    const responses: unknown[] = [];
    const violations = await violationsOf(
      {
        ...CORRECT,
        listen: async (application) => {
          listenCount++;
          await application.listen(0, '127.0.0.1');
          return application.getHttpServer().address().port as number;
        },
        responseOf: (response) => {
          responses.push(response);
          return response as never;
        },
      },
      ({ name }) => /disconnects during|traces a success/.test(name),
    );
    expect(violations).toEqual({});
    expect([listenCount, responses.length]).toEqual([2, 1]);
  });

  it('skips what cannot be written by hand', () => {
    const cannot = { writeByHand: 'the response has no members' };
    const skipped = httpServerContract({ ...CORRECT, cannot }).filter(({ skip }) => skip);
    expect(skipped.map(({ name, skip }) => [name, skip])).toEqual([
      ['traces a client that disconnects during the response', cannot.writeByHand],
      ['traces a response that the server destroys', cannot.writeByHand],
    ]);
  });

  it.each<[Partial<HttpServerSubject>, string]>([
    [{ createAdapter: undefined as never }, 'httpServerContract.createAdapter must be a function'],
    [
      { facts: undefined as never },
      'httpServerContract.facts.findsRouteBeforeBody must be a boolean',
    ],
    [
      { facts: { ...EXPRESS_FACTS, malformedJsonException: 1 as never } },
      'httpServerContract.facts.malformedJsonException must be a string',
    ],
    [{ except: { 'traces nothing': 'x' } }, 'httpServerContract.except must have names of cases'],
  ])('refuses the subject with %j', (others, message) => {
    expect(() => httpServerContract({ ...CORRECT, ...others })).toThrow(message);
  });
});
