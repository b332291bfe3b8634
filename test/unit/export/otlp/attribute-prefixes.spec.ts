import { describe, expect, it } from '@jest/globals';
import { writeAttribute } from '../../../../lib/export/otlp/protobuf-attribute.js';
import { AttributePrefixes } from '../../../../lib/export/otlp/protobuf-span.js';
import { ProtobufWriter } from '../../../../lib/export/otlp/protobuf-writer.js';
import type { AttributeList } from '../../../../lib/trace/index.js';

const TAG = 0x4a;

function plain(list: AttributeList): string {
  const writer = new ProtobufWriter();
  for (let i = 0; i < list.length; i += 2) {
    writeAttribute(writer, TAG, list[i] as string, list[i + 1]);
  }
  return writer.written().toString('hex');
}

function writtenBy(prefixes: AttributePrefixes, name: string, list: AttributeList): string {
  const writer = new ProtobufWriter(1);
  prefixes.write(writer, TAG, name, list);
  return writer.written().toString('hex');
}

/** Writes all lists in turn, as spans of one name, several times. */
function expectAsPlain(lists: AttributeList[], times = 6): void {
  const prefixes = new AttributePrefixes();
  for (let time = 0; time < times; time++) {
    for (const list of lists) expect(writtenBy(prefixes, 'GET', list)).toBe(plain(list));
  }
}

const CALL = ['rpc.system.name', 'grpc', 'rpc.method', 'a.B/C', 'server.port', 50051];

describe('AttributePrefixes', () => {
  it.each<[string, AttributeList[]]>([
    ['equal lists', [CALL]],
    ['none', [[]]],
    ['one attribute', [['a', 1]]],
    [
      'lists that go on differently',
      [7, 8, 9].map((port) => [...CALL, 'peer.port', port, 'x', true]),
    ],
    ['lists that are shorter than what is known', [CALL, CALL, CALL.slice(0, 4), CALL.slice(0, 2)]],
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
    ['text beyond ASCII', [['a', 'ä', 'b', '日本', 'c', '\ud800']]],
    ['many attributes', [Array.from({ length: 200 }, (_, i) => (i % 2 ? i : `key${i}`))]],
    ['long texts', [['a', 'x'.repeat(5000), 'b', 'y', 'c', 'z']]],
  ])('writes %s as if nothing was remembered', (_, lists) => {
    expectAsPlain(lists);
  });

  it('keeps apart what spans of different names begin with', () => {
    const prefixes = new AttributePrefixes();
    for (let time = 0; time < 4; time++) {
      for (const name of ['a', 'b']) {
        const list = ['name', name, 'same', 1, 'other', 2];
        expect(writtenBy(prefixes, name, list)).toBe(plain(list));
      }
    }
  });

  it('writes a list that was changed since as it is now', () => {
    const prefixes = new AttributePrefixes();
    const list = [...CALL];
    for (let time = 0; time < 4; time++) writtenBy(prefixes, 'GET', list);
    list[1] = 'other';
    expect(writtenBy(prefixes, 'GET', list)).toBe(plain(list));
  });

  it('forgets and learns: more names, spans and surprises than it remembers', () => {
    const prefixes = new AttributePrefixes();
    for (let span = 0; span < 20_000; span++) {
      const name = `name ${span % 7 === 0 ? span : span % 3}`;
      const list = ['a', span % 11 === 0 ? span : 1, 'b', span % 5, 'c', 'x', 'd', span];
      expect(writtenBy(prefixes, name, list)).toBe(plain(list));
    }
  });

  describe('copies what it knows', () => {
    const SUBJECT = [...CALL, 'peer.port', 1];
    const CALL_BYTES = plain(CALL).length / 2;
    const SUBJECT_BYTES = plain(SUBJECT).length / 2;

    /** How many bytes were copied for each of the spans. */
    function copiedFor(prefixes: AttributePrefixes, lists: AttributeList[]): number[] {
      return lists.map((list) => {
        const writer = new ProtobufWriter();
        let copied = 0;
        const { raw } = writer;
        writer.raw = (bytes) => {
          copied += bytes.length;
          raw.call(writer, bytes);
        };
        prefixes.write(writer, TAG, 'GET', list);
        return copied;
      });
    }
    const withPort = (port: number): AttributeList => SUBJECT.with(-1, port);
    const times = (count: number, list: AttributeList) =>
      new Array<AttributeList>(count).fill(list);

    it('from the third span of a name on', () => {
      const copied = copiedFor(new AttributePrefixes(), times(4, SUBJECT));
      expect(copied).toEqual([0, 0, SUBJECT_BYTES, SUBJECT_BYTES]);
    });

    it('as far as the spans of a name are alike', () => {
      const copied = copiedFor(new AttributePrefixes(), [1, 2, 3, 4, 2].map(withPort));
      expect(copied).toEqual([0, 0, 0, CALL_BYTES, CALL_BYTES]);
    });

    it('after a few spans that are other than all', () => {
      const prefixes = new AttributePrefixes();
      copiedFor(prefixes, [...times(2, SUBJECT), ...times(15, SUBJECT.with(1, 'other'))]);
      expect(copiedFor(prefixes, [SUBJECT])).toEqual([SUBJECT_BYTES]);
    });

    it('no more after many that are', () => {
      const prefixes = new AttributePrefixes();
      copiedFor(prefixes, [...times(2, SUBJECT), ...times(16, SUBJECT.with(1, 'other'))]);
      expect(copiedFor(prefixes, [SUBJECT])).toEqual([0]);
    });

    it('and learns anew after some thousand spans', () => {
      const prefixes = new AttributePrefixes();
      copiedFor(prefixes, [1, 2, 3].map(withPort));
      expect(copiedFor(prefixes, times(4096, SUBJECT)).at(-1)).toBe(SUBJECT_BYTES);
    });

    it('unless too many names came in between', () => {
      const prefixes = new AttributePrefixes();
      copiedFor(prefixes, times(2, SUBJECT));
      for (let name = 0; name < 255; name++) writtenBy(prefixes, `name ${name}`, SUBJECT);
      expect(copiedFor(prefixes, [SUBJECT])).toEqual([SUBJECT_BYTES]);
      writtenBy(prefixes, 'one more', SUBJECT);
      expect(copiedFor(prefixes, times(3, SUBJECT))).toEqual([0, 0, SUBJECT_BYTES]);
    });

    it('unless it is too long', () => {
      const long = SUBJECT.with(1, 'x'.repeat(5000));
      expect(copiedFor(new AttributePrefixes(), times(4, long))).toEqual([0, 0, 0, 0]);
    });
  });
});
