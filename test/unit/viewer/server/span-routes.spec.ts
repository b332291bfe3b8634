import { describe, expect, it } from '@jest/globals';
import { jsonToProtobuf } from '../../../../lib/viewer/otlp/json-to-protobuf.js';
import { LOGS_REQUEST } from '../../../../lib/viewer/otlp/otlp-schema.js';
import {
  attribute,
  idOf,
  type OtlpMembers,
  protobufRequest,
  requestOf,
  spanOf,
} from '../../../support/otlp-requests.js';
import { numberedLines, sourceFoldersOfTest } from '../../../support/source-folder.js';
import { type TestViewer, viewersOfTest } from '../../../support/viewer-servers.js';

const startViewer = viewersOfTest();
const createFolder = sourceFoldersOfTest();
const TRACE = idOf(1, 32);
const SPAN = idOf(1, 16);

function exceptionAt(...places: string[]): OtlpMembers {
  const stack = ['Error: no', ...places.map((place) => `    at run (${place})`)].join('\n');
  const attributes = [attribute('exception.stacktrace', stack)];
  return { timeUnixNano: '1', name: 'exception', attributes };
}

async function startWith(root: string, ...spans: OtlpMembers[]): Promise<TestViewer> {
  const source = { editor: 'vscode://file{file}:{line}', pathMap: [], sourceRoots: [root] };
  const viewer = await startViewer({ source });
  viewer.store.receiveTraces(protobufRequest(requestOf(spans)));
  return viewer;
}

describe('GET /api/traces/:id/spans/:span/source', () => {
  it('gives the code of all places of a span, of both that share an id, and of its logs', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', numberedLines(30));
    const viewer = await startWith(
      folder.path,
      spanOf(1, 1, {
        kind: 3,
        events: [exceptionAt('node:fs:1:1', `${file}:7:3`)],
        attributes: [attribute('code.file.path', file), attribute('code.line.number', 5)],
      }),
      spanOf(1, 1, { kind: 2, events: [exceptionAt(`file://${file}:9:3`)] }),
    );
    const logRecords = [11, 12].map((line, index) => ({
      traceId: TRACE,
      spanId: idOf(index + 1, 16),
      attributes: exceptionAt(`${file}:${line}:1`).attributes,
    }));
    const logs = JSON.stringify({ resourceLogs: [{ scopeLogs: [{ logRecords }] }] });
    viewer.store.receiveLogs(jsonToProtobuf(Buffer.from(logs), LOGS_REQUEST) as Buffer);
    const path = `/api/traces/${TRACE}/spans/${SPAN}/source`;
    const { locations } = (await viewer.ask({ path })).json();
    const texts = locations.map((location: OtlpMembers) => {
      const { origin, line, source, reason } = location;
      return [origin, line, source?.lines[line - source.firstLine] ?? reason];
    });
    expect(texts).toEqual([
      ['attribute', 5, 'line 5'],
      ['event', 7, 'line 7'],
      ['log', 11, 'line 11'],
      ['event', 9, 'line 9'],
      ['event', 1, 'Code of Node and of packages is not shown.'],
    ]);
    expect(locations[0].source.link).toBe(`vscode://file${file}:5`);
  });

  it('gives nothing for a span that names no place', async () => {
    const { ask } = await startWith('/', spanOf(1, 1));
    const path = `/api/traces/${TRACE}/spans/${SPAN}/source`;
    expect((await ask({ path })).json()).toEqual({ locations: [] });
  });

  it('has no answer for an unknown span', async () => {
    const { ask } = await startWith('/', spanOf(1, 1));
    for (const [trace, span] of [
      [TRACE, idOf(2, 16)],
      [idOf(2, 32), SPAN],
    ]) {
      const path = `/api/traces/${trace}/spans/${span}/source`;
      expect((await ask({ path })).status).toBe(404);
    }
  });
});

describe('GET /api/source', () => {
  const ask = async (
    viewer: TestViewer,
    values: Record<string, string>,
  ): Promise<{ status: number; body: string }> => {
    const search = new URLSearchParams({ trace: TRACE, span: SPAN, ...values });
    const { status, body } = await viewer.ask({ path: `/api/source?${search}` });
    return { status, body: body.toString() };
  };

  it('gives the code of a place that a span names, by path or URL', async () => {
    const folder = createFolder();
    const file = folder.write('a b.ts', numberedLines(30));
    const viewer = await startWith(
      folder.path,
      spanOf(1, 1, { events: [exceptionAt(`${file}:7:3`, `${file}:7:9`)] }),
    );
    for (const [place, column] of [
      [{ file, line: '7' }, 3],
      [{ file, line: '7', column: '9' }, 9],
      [{ file: `file://${file}`, line: '7' }, 3],
    ] as const) {
      const { status, body } = await ask(viewer, place);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toMatchObject({ column, source: { file, firstLine: 2, line: 7 } });
    }
  });

  it('gives no code for a place that occurs in no span, though the file is there', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', numberedLines(30));
    const other = folder.write('b.ts', numberedLines(30));
    const viewer = await startWith(
      folder.path,
      spanOf(1, 1, { events: [exceptionAt(`${file}:7:3`)] }),
      spanOf(1, 2, { events: [exceptionAt(`${other}:7:3`)] }),
    );
    const places: Record<string, string>[] = [
      { file, line: '8' },
      { file, line: '7', column: '4' },
      { file: other, line: '7' },
      { file: `${folder.path}/./a.ts`, line: '7' },
      { file, line: '7', span: idOf(2, 16) },
      { file, line: '7', span: idOf(3, 16) },
      { file, line: '7', trace: idOf(2, 32) },
    ];
    for (const place of places) {
      const { status, body } = await ask(viewer, place);
      expect([place, status]).toEqual([place, 404]);
      expect(body).not.toContain('line 7');
    }
  });

  it('gives no code outside of the source roots, though a span names it', async () => {
    const folder = createFolder();
    const secret = folder.write('secret.ts', numberedLines(9, 'secret'));
    folder.write('root/.env', numberedLines(9, 'secret'));
    folder.write('root/node_modules/a.js', numberedLines(9, 'secret'));
    folder.link('root/link.ts', secret);
    const root = folder.at('root');
    const files = [
      secret,
      `${root}/../secret.ts`,
      `${root}/link.ts`,
      `${root}/.env`,
      `${root}/node_modules/a.js`,
      `file://${root}/..%2fsecret.ts`,
      `${root}/link.ts\0`,
      '/etc/passwd',
    ];
    const viewer = await startWith(
      root,
      ...files.map((file, index) =>
        spanOf(1, index + 1, {
          attributes: [attribute('code.file.path', file), attribute('code.line.number', 2)],
        }),
      ),
    );
    for (const [index, file] of files.entries()) {
      const { status, body } = await ask(viewer, { span: idOf(index + 1, 16), file, line: '2' });
      expect([file, status]).toEqual([file, 200]);
      expect(JSON.parse(body)).toMatchObject({ reason: expect.any(String) });
      expect(body).not.toContain('secret 2');
      expect(JSON.parse(body)).not.toHaveProperty('source');
    }
  });

  it.each([
    [{ trace: 'x' }],
    [{ span: '' }],
    [{ file: '' }],
    [{ line: '' }],
    [{ line: '0' }],
    [{ line: '1e9' }],
    [{ line: '99999999999999999999' }],
    [{ column: '-1' }],
  ])('refuses %j', async (values: Record<string, string>) => {
    const viewer = await startWith('/', spanOf(1, 1));
    expect((await ask(viewer, { file: '/a.ts', line: '1', ...values })).status).toBe(400);
  });

  it('asks those to come again who come while too many wait', async () => {
    const folder = createFolder();
    const file = folder.write('a.ts', numberedLines(9));
    const viewer = await startWith(
      folder.path,
      spanOf(1, 1, { events: [exceptionAt(`${file}:7:3`)] }),
    );
    const asked = Array.from({ length: 60 }, () => ask(viewer, { file, line: '7' }));
    const statuses = (await Promise.all(asked)).map(({ status }) => status);
    expect(statuses.filter((status) => status !== 200 && status !== 503)).toEqual([]);
    expect(statuses).toContain(200);
    expect((await ask(viewer, { file, line: '7' })).status).toBe(200);
  });
});

describe('GET /api/traces/:id/spans/:span/links', () => {
  const path = `/api/traces/${TRACE}/spans/${SPAN}/links`;
  const linkTo = (trace: number, span: number): OtlpMembers => ({
    traceId: idOf(trace, 32),
    spanId: idOf(span, 16),
  });

  it('gives the spans that a span links to, and those that link to it', async () => {
    const { ask } = await startWith(
      '/',
      spanOf(1, 1, { links: [linkTo(2, 2), linkTo(9, 9)] }),
      spanOf(2, 2, { name: 'process', links: [linkTo(7, 1), linkTo(1, 1)] }),
      // The same span id in another trace, and as the parent.
      spanOf(3, 3, { links: [linkTo(3, 1)] }),
      spanOf(1, 4, { parentSpanId: SPAN }),
    );
    const process = { ...linkTo(2, 2), isStored: true, name: 'process', service: 'orders' };
    expect((await ask({ path })).json()).toEqual({
      to: [process, { ...linkTo(9, 9), isStored: false }],
      from: [process],
      hasMore: false,
    });
  });

  it('gives a hundred of them at most', async () => {
    const spans = Array.from({ length: 101 }, (_, index) =>
      spanOf(index + 2, 2, { links: [linkTo(1, 1)] }),
    );
    const { ask } = await startWith('/', spanOf(1, 1), ...spans);
    const { from, hasMore } = (await ask({ path })).json();
    expect([from.length, from[0].traceId, hasMore]).toEqual([100, idOf(102, 32), true]);
  });

  it('has no answer for an unknown span', async () => {
    const { ask } = await startWith('/', spanOf(2, 1));
    expect((await ask({ path })).status).toBe(404);
  });
});
