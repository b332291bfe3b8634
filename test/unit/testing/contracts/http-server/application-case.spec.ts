import { describe, expect, it } from '@jest/globals';
import { ExpressAdapter } from '@nestjs/platform-express';
import { ownRule } from '../../../../../lib/testing/contracts/contract-case.js';
import { Demand } from '../../../../../lib/testing/contracts/demand.js';
import {
  applicationCase,
  type CaseBody,
} from '../../../../../lib/testing/contracts/http-server/application-case.js';
import { connectionCases } from '../../../../../lib/testing/contracts/http-server/connection-cases.js';
import { correlationCases } from '../../../../../lib/testing/contracts/http-server/correlation-cases.js';
import { disturbanceCases } from '../../../../../lib/testing/contracts/http-server/disturbance-cases.js';
import { kindCases } from '../../../../../lib/testing/contracts/http-server/kind-cases.js';
import { kindsOfRequest } from '../../../../../lib/testing/contracts/http-server/kinds-of-request.js';
import { prefixCases } from '../../../../../lib/testing/contracts/http-server/prefix-cases.js';
import {
  EXPRESS_FACTS,
  FASTIFY_FACTS,
} from '../../../../integration/http/application/platforms.js';

const subject = {
  name: 'Express',
  createAdapter: () => new ExpressAdapter(),
  facts: EXPRESS_FACTS,
};
const demand = new Demand('Express', 'answers', 'http.md');

function run(body: CaseBody): void | Promise<void> {
  return applicationCase(subject, 'answers', ownRule('x'), body).run(demand);
}

describe('applicationCase', () => {
  it('closes the application, whatever the body does', async () => {
    const urls: string[] = [];
    await run(async ({ url }) => void urls.push(url));
    await expect(
      run(async ({ url }) => {
        urls.push(url);
        throw new Error('body');
      }),
    ).rejects.toThrow('body');
    for (const url of urls) await expect(fetch(url)).rejects.toThrow('fetch failed');
    expect(urls).toHaveLength(2);
  });

  it('refuses spans that nobody has expected', async () => {
    await expect(run(async ({ url }) => void (await fetch(`${url}/orders`)))).rejects.toThrow(
      'A test must read all spans and leave none open.',
    );
  });
});

describe('the cases of HTTP servers', () => {
  it('are as many as their page says, and differ in their names', () => {
    const groups = [kindCases, connectionCases, disturbanceCases, correlationCases, prefixCases];
    expect(groups.map((casesOf) => casesOf(subject).length)).toEqual([28, 7, 12, 5, 3]);
    const names = groups.flatMap((casesOf) => casesOf(subject)).map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
  });

  it('expect other traces of some kinds where the facts of the platform are others', () => {
    const onFastify = kindsOfRequest(FASTIFY_FACTS);
    const others = kindsOfRequest(EXPRESS_FACTS).filter(
      ({ trace }, index) => trace !== onFastify[index]?.trace,
    );
    expect(others.map(({ kind }) => kind)).toEqual([
      'a body that is no JSON',
      'a path that cannot be decoded',
    ]);
  });
});
