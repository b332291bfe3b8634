import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals';
import { dedent } from 'nestjs-traced/testing';
import { type RunningSample, startSample, type WrittenSpan } from './start-sample.js';

/** The spans as a tree of names, with the status codes of the responses. */
function treeOf(spans: readonly WrittenSpan[], parent?: WrittenSpan, depth = 0): string[] {
  const children = spans.filter(({ parentSpanId }) => parentSpanId === parent?.spanId);
  return children.flatMap((span) => {
    const status = span.attributes['http.response.status_code'];
    const line = `${'  '.repeat(depth)}${span.name}${status === undefined ? '' : ` ${status}`}`;
    return [line, ...treeOf(spans, span, depth + 1)];
  });
}

describe('sample/lifecycle', () => {
  let sample: RunningSample;

  beforeAll(async () => {
    sample = await startSample(() => import('../../../sample/lifecycle/main.js'));
  });

  afterAll(async () => {
    await sample.app.close();
    jest.restoreAllMocks();
  });

  it('shows which part answers each request', async () => {
    const lend = async (id: string, headers: Record<string, string> = {}): Promise<string> => {
      const response = await fetch(`${sample.url}/loans/${id}`, { method: 'POST', headers });
      return response.text();
    };
    const card = { 'x-card': '42' };
    expect(await lend('7', card)).toBe('{"bookId":7,"due":"14 d"}');
    await lend('7');
    await lend('7', { 'x-card': 'blocked' });
    await lend('seven', card);
    expect(await lend('700', card)).toBe('{"message":"All copies of book 700 are lent"}');
    await sample.app.close();
    expect(treeOf(sample.spans()).join('\n')).toBe(dedent`
      POST /loans/:bookId 201
        requestId
        MembersGuard.canActivate
          look up member
        DueDateInterceptor.intercept
          ParseIntPipe.transform
          LoansController.lend
      POST /loans/:bookId 401
        requestId
        MembersGuard.canActivate
      POST /loans/:bookId 403
        requestId
        MembersGuard.canActivate
          look up member
      POST /loans/:bookId 400
        requestId
        MembersGuard.canActivate
          look up member
        DueDateInterceptor.intercept
          ParseIntPipe.transform
      POST /loans/:bookId 409
        requestId
        MembersGuard.canActivate
          look up member
        DueDateInterceptor.intercept
          ParseIntPipe.transform
          LoansController.lend
        NoCopyLeftFilter.catch
    `);
  });
});
