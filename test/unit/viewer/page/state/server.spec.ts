import { describe, expect, it } from '@jest/globals';
import { ask, askForJson } from '../../../../../lib/viewer/page/state/server.js';
import { answerFetches } from '../../../../support/page-window.js';

const fetches = answerFetches();

describe('ask', () => {
  it('sends the header without which the server changes nothing, beside those that are given', async () => {
    await ask('/api/traces', { method: 'DELETE', headers: { accept: 'text/plain' } });
    expect(fetches.asked).toEqual([
      {
        path: '/api/traces',
        init: { method: 'DELETE', headers: { 'x-nestjs-traced': 'page', accept: 'text/plain' } },
      },
    ]);
  });

  it('fails with the text of an answer that is no success', async () => {
    fetches.answer = () => new Response('There is no such trace.\n', { status: 404 });
    await expect(ask('/api/traces/1')).rejects.toMatchObject({
      name: 'ServerError',
      status: 404,
      message: 'There is no such trace.',
    });
  });

  it('fails as the browser does where nothing answers', async () => {
    const error = new TypeError('Failed to fetch');
    fetches.answer = () => Promise.reject(error);
    await expect(ask('/api/traces')).rejects.toBe(error);
  });
});

describe('askForJson', () => {
  it('reads the answer', async () => {
    fetches.answer = () => new Response('{"traces":[]}');
    await expect(askForJson('/api/traces')).resolves.toEqual({ traces: [] });
  });
});
