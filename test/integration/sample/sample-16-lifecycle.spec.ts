import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { expectShown } from './shown-traces.js';
import { type RunningSample, startSample } from './start-sample.js';

let sample: RunningSample;

beforeAll(async () => {
  sample = await startSample(() => import('../../../sample/16-lifecycle/main.js'));
});

afterAll(() => sample.close());

it('shows which part answers each request', async () => {
  const lend = (id: string, headers: Record<string, string> = {}): Promise<string> =>
    sample.ask('POST', `/loans/${id}`, { headers });
  const card = { 'x-card': '42' };
  expect(await lend('700', card)).toBe('409 {"message":"All copies of book 700 are lent"}');
  await sample.waitForSpans(8);
  expectShown(sample.written(), '16-lifecycle');

  expect(await lend('7', card)).toBe('201 {"bookId":7,"due":"14 d"}');
  await lend('7');
  await lend('7', { 'x-card': 'blocked' });
  await lend('seven', card);
  await sample.waitForSpans(27);
  expect(sample.traces(['http.response.status_code'])).toBe(dedent`
    POST /loans/:bookId [server] http.response.status_code=409
      requestId
      MembersGuard.canActivate
        look up member
      DueDateInterceptor.intercept ERROR "All copies of book 700 are lent" (event "next called") (event "next ended")
        ParseIntPipe.transform
        LoansController.lend ERROR "All copies of book 700 are lent" exception NoCopyLeftError
      NoCopyLeftFilter.catch

    POST /loans/:bookId [server] http.response.status_code=201
      requestId
      MembersGuard.canActivate
        look up member
      DueDateInterceptor.intercept (event "next called") (event "next ended")
        ParseIntPipe.transform
        LoansController.lend

    POST /loans/:bookId [server] http.response.status_code=401
      requestId
      MembersGuard.canActivate exception UnauthorizedException "Show your card"

    POST /loans/:bookId [server] http.response.status_code=403 exception ForbiddenException "Forbidden resource"
      requestId
      MembersGuard.canActivate
        look up member

    POST /loans/:bookId [server] http.response.status_code=400
      requestId
      MembersGuard.canActivate
        look up member
      DueDateInterceptor.intercept (event "next called") (event "next ended")
        ParseIntPipe.transform exception BadRequestException "Validation failed (numeric string is expected)"
  `);
});
