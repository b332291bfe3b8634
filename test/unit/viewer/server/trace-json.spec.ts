import { describe, expect, it } from '@jest/globals';
import { VERSION } from '../../../../lib/version.js';
import { RowHeadlines } from '../../../../lib/viewer/server/row-headlines.js';
import { TraceContexts } from '../../../../lib/viewer/server/trace-contexts.js';
import { savedTraceText, traceToJson } from '../../../../lib/viewer/server/trace-json.js';
import type { TraceEntry } from '../../../../lib/viewer/store/trace-entry.js';
import { idOf, spanOf } from '../../../support/otlp-requests.js';
import { testStore } from '../../../support/stored-spans.js';

function stored() {
  const { store, send } = testStore();
  send([spanOf(1, 1, { name: 'GET /' }), spanOf(1, 2, { parentSpanId: idOf(1, 16) })]);
  return { store, headlines: new RowHeadlines(), entry: store.get(idOf(1, 32)) as TraceEntry };
}

describe('traceToJson', () => {
  it('has row, columns and logs', () => {
    const { entry, store, headlines } = stored();
    const json = traceToJson(entry, store, headlines);
    expect(json).toMatchObject({ traceId: idOf(1, 32), spanCount: 2, logs: [] });
    expect(json.row).toMatchObject({ id: idOf(1, 32), name: 'GET /', spanCount: 2 });
  });
});

describe('savedTraceText', () => {
  it('is JSON with all that the page asks for', () => {
    const parts = stored();
    const { entry, store, headlines } = parts;
    const saved = JSON.parse(savedTraceText(entry, parts, new TraceContexts(store), 5));
    expect(Object.keys(saved)).toEqual([
      'trace',
      'context',
      'sources',
      'savedMillis',
      'version',
      'otlp',
    ]);
    expect(saved).toMatchObject({ context: { findings: [] }, savedMillis: 5, version: VERSION });
    expect(saved.trace).toEqual(JSON.parse(JSON.stringify(traceToJson(entry, store, headlines))));
    const { spans } = saved.otlp.resourceSpans[0].scopeSpans[0];
    expect(spans.map(({ spanId }: { spanId: string }) => spanId)).toEqual([
      idOf(1, 16),
      idOf(2, 16),
    ]);
  });
});
