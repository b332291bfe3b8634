import { describe, expect, it } from '@jest/globals';
import { writeAttribute } from '../../../../lib/export/otlp/protobuf-attribute.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import { SpanTemplates } from '../../../../lib/export/otlp/span-templates.js';
import type { AttributeList } from '../../../../lib/trace/index.js';
import { pick, randomOfSeed } from '../../../support/random-of-seed.js';

const NAME_TAG = 0x2a;
const TAG = 0x4a;

function plain(name: string, list: AttributeList): string {
  const writer = new ProtobufWriter();
  writer.string(NAME_TAG, name);
  for (let i = 0; i < list.length; i += 2) {
    writeAttribute(writer, TAG, list[i] as string, list[i + 1]);
  }
  return writer.written().toString('hex');
}

function write(
  writer: ProtobufWriter,
  templates: SpanTemplates,
  name: string,
  list: AttributeList,
): void {
  const named = templates.of(name);
  templates.writeName(writer, NAME_TAG, named, name);
  templates.writeAttributes(writer, TAG, named, list);
}

function writtenBy(templates: SpanTemplates, name: string, list: AttributeList): string {
  const writer = new ProtobufWriter(1);
  write(writer, templates, name, list);
  return writer.written().toString('hex');
}

const CALL = ['rpc.system.name', 'grpc', 'rpc.method', 'a.B/C', 'server.port', 50051];

describe('SpanTemplates', () => {
  it.each<[string, AttributeList[]]>([
    ['equal lists', [CALL]],
    ['none', [[]]],
    ['one attribute', [['a', 1]]],
    [
      'lists that go on differently',
      [7, 8, 9].map((port) => [...CALL, 'peer.port', port, 'x', true]),
    ],
    ['lists of several lengths', [CALL, CALL, CALL.slice(0, 4), CALL.slice(0, 2)]],
    ['lists that differ from the beginning', [CALL, CALL.with(1, 'http')]],
    ['a value that differs in the middle', [CALL, CALL.with(3, 'a.B/D')]],
    ['a key that differs in the middle', [CALL, CALL.with(2, 'rpc.other')]],
    [
      'zeros of both signs',
      [
        ['a', 0, 'b', 0],
        ['a', 0, 'b', -0],
      ],
    ],
    ['what is no number', [['a', Number.NaN, 'b', 1, 'c', 2]]],
    ['arrays', [['a', ['x', 'y'], 'b', [1], 'c', [true, null] as never]]],
    ['text beyond ASCII', [['ä', 'ä', 'b', '日本', 'c', '\ud800']]],
    ['many attributes', [Array.from({ length: 200 }, (_, i) => (i % 2 ? i : `key${i}`))]],
    ['long texts', [['a', 'x'.repeat(5000), 'b', 'y', 'c', 'z']]],
    ['long keys', [['k'.repeat(125), 'x', 'k'.repeat(300), 'y']]],
  ])('write %s as if nothing was remembered', (_, lists) => {
    const templates = new SpanTemplates();
    for (let time = 0; time < 6; time++) {
      for (const list of lists) expect(writtenBy(templates, 'GET', list)).toBe(plain('GET', list));
    }
  });

  it('write random spans as if nothing was remembered', () => {
    const random = randomOfSeed(7);
    const oneOf = <T>(values: readonly T[]): T => pick(random, values);
    const texts = ['', 'x', 'GET', 'é', 'a'.repeat(31), 'b'.repeat(33), 'c'.repeat(130), '日本'];
    const numbers = [0, 1, 127, 128, 2 ** 31 - 1, 2 ** 31, 2 ** 53, -1, 0.5, 1e300];
    const values = [...texts, ...numbers, true, false, ['x'], [1, 2], []];
    const keys = ['http.route', 'k', 'ключ', 'l'.repeat(100), 'm'.repeat(126), 'n'.repeat(200)];
    const templates = new SpanTemplates();
    const shapes = Array.from({ length: 12 }, () =>
      Array.from({ length: Math.floor(random() * 9) }, () => [oneOf(keys), oneOf(values)]).flat(),
    );
    for (let span = 0; span < 10_000; span++) {
      const list = [...oneOf(shapes)] as AttributeList;
      // Keys and values change now and then.
      if (list.length > 0 && random() < 0.3) {
        const at = Math.floor(random() * list.length);
        list[at] = at % 2 === 0 ? oneOf(keys) : oneOf(values);
      }
      const name = random() < 0.1 ? `name ${span}` : oneOf(['GET /a', 'GET /b', 'ü']);
      expect(writtenBy(templates, name, list)).toBe(plain(name, list));
    }
  });

  it('write a list that was changed since as it is now', () => {
    const templates = new SpanTemplates();
    const list = [...CALL];
    for (let time = 0; time < 4; time++) writtenBy(templates, 'GET', list);
    list[1] = 'other';
    expect(writtenBy(templates, 'GET', list)).toBe(plain('GET', list));
  });

  describe('copy what they know', () => {
    const SUBJECT = [...CALL, 'peer.port', 1];
    const NAME_BYTES = 'GET'.length + 2;
    const CALL_BYTES = plain('GET', CALL).length / 2;
    const SUBJECT_BYTES = plain('GET', SUBJECT).length / 2;

    /** How many bytes were copied for each of the spans. */
    function copiedFor(templates: SpanTemplates, lists: AttributeList[]): number[] {
      return lists.map((list) => {
        const writer = new ProtobufWriter();
        let copied = 0;
        const { raw } = writer;
        writer.raw = (bytes) => {
          copied += bytes.length;
          raw.call(writer, bytes);
        };
        write(writer, templates, 'GET', list);
        return copied;
      });
    }
    const withPort = (port: number): AttributeList => SUBJECT.with(-1, port);
    const times = (count: number, list: AttributeList) =>
      new Array<AttributeList>(count).fill(list);

    it('from the second span of a name on', () => {
      const copied = copiedFor(new SpanTemplates(), times(4, SUBJECT));
      expect(copied.slice(0, 1)).toEqual([0]);
      expect(copied.slice(2)).toEqual([SUBJECT_BYTES, SUBJECT_BYTES]);
    });

    it('also behind a value that differs', () => {
      const differing = (value: number): AttributeList => ['id', value, ...CALL];
      const copied = copiedFor(new SpanTemplates(), [1, 2, 3, 4].map(differing));
      expect(copied.slice(2)).toEqual([CALL_BYTES, CALL_BYTES]);
    });

    it('again after some thousand spans, if they have become alike', () => {
      const templates = new SpanTemplates();
      expect(copiedFor(templates, [1, 2, 3, 1].map(withPort)).at(-1)).toBe(CALL_BYTES);
      expect(copiedFor(templates, times(4096, SUBJECT)).at(-1)).toBe(SUBJECT_BYTES);
    });

    it('unless too many names came in between', () => {
      const templates = new SpanTemplates();
      copiedFor(templates, times(2, SUBJECT));
      for (let name = 0; name < 255; name++) writtenBy(templates, `name ${name}`, SUBJECT);
      expect(copiedFor(templates, [SUBJECT])).toEqual([SUBJECT_BYTES]);
      writtenBy(templates, 'one more', SUBJECT);
      expect(copiedFor(templates, [SUBJECT])).toEqual([0]);
    });

    it('unless there were too many lengths', () => {
      const templates = new SpanTemplates();
      for (let name = 0; name < 20; name++) {
        for (let length = 0; length <= 64; length += 2) {
          const list = Array.from({ length }, (_, i) => (i % 2 ? i : `key${i}`));
          writtenBy(templates, `name ${name}`, list);
        }
      }
      // All names were cleared on the way.
      expect(templates.of('name 0').spanCount).toBe(0);
    });

    it('unless it is too long', () => {
      const long = SUBJECT.with(1, 'x'.repeat(5000));
      const copied = copiedFor(new SpanTemplates(), times(4, long));
      expect(copied.at(-1)).toBeLessThan(plain('GET', long).length / 2);
      expect(copied.at(-1)).toBeGreaterThan(NAME_BYTES);
    });
  });
});
