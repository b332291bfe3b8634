import { describe, expect, it } from '@jest/globals';
import { answerFetches, installPageWindow } from '../../../../support/page-window.js';

const TRACE = 'a'.repeat(32);
const page = installPageWindow('/files/trace.html');
const fetches = answerFetches();
const elements = new Map<string, { readonly textContent: string }>();
Object.assign(globalThis.document, { getElementById: (id: string) => elements.get(id) ?? null });
const { readSavedTrace, savedTrace } = await import(
  '../../../../../lib/viewer/page/state/saved.js'
);
const { hrefOf, location, navigate, updateLocation } = await import(
  '../../../../../lib/viewer/page/state/location.js'
);
const { ask, askForJson } = await import('../../../../../lib/viewer/page/state/server.js');

describe('a page of a server', () => {
  it('has no trace in it', () => {
    readSavedTrace();
    expect(savedTrace()).toBeUndefined();
    expect(hrefOf('/graph')).toBe('/graph');
    expect(location.value.path).toBe('/files/trace.html');
  });
});

describe('a page that was saved', () => {
  it('shows its trace, and keeps its address in the fragment', () => {
    const trace = { trace: { traceId: TRACE, spanCount: 1 }, context: { findings: [] } };
    elements.set('saved-trace', { textContent: JSON.stringify(trace) });
    readSavedTrace();
    expect(savedTrace()).toEqual(trace);
    updateLocation();
    expect(location.value.path).toBe(`/t/${TRACE}`);
    navigate(`/t/${TRACE}?view=flame`);
    expect(page.address).toBe(`#/t/${TRACE}?view=flame`);
    expect(hrefOf('/x')).toBe('#/x');
  });

  it('answers for the server, which it does not ask', async () => {
    expect(await askForJson(`/api/traces/${TRACE}`)).toEqual({ traceId: TRACE, spanCount: 1 });
    expect(await (await ask(`/api/traces/${TRACE}/context`)).json()).toEqual({ findings: [] });
    await expect(ask('/api/graph')).rejects.toMatchObject({
      status: 404,
      message: 'This is a saved trace; only the viewer that saved it has this.',
    });
    expect(fetches.asked).toEqual([]);
  });
});
