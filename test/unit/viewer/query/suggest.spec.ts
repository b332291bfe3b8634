import { describe, expect, it } from '@jest/globals';
import { suggest, type Vocabulary } from '../../../../lib/viewer/query/suggest.js';

const VALUES: Record<string, [string, number][]> = {
  service: [
    ['orders', 7],
    ['gateway', 40],
    ['back order desk', 3],
  ],
  'db.system.name': [['postgresql', 5]],
  status: [['error', 2]],
};
const VOCABULARY: Vocabulary = {
  keys: () => [
    ['http.route', 9],
    ['my.route.id', 50],
    ['route.kind', 2],
    ['http.request.method', 12],
    ['user id', 1],
    ['service', 99],
    ['db.system.name', 5],
  ],
  values: (key) => VALUES[key] ?? [],
};

/** The query with the cursor at `|`; the suggestions as `text (count)`. */
function suggested(query: string, limit = 4): string[] {
  const cursor = query.indexOf('|');
  return suggest(query.replace('|', ''), cursor, VOCABULARY, { limit }).map(
    ({ text, count }) => text + (count === undefined ? '' : ` (${count})`),
  );
}

/** The query after the first suggestion is taken. */
function completed(query: string): string {
  const text = query.replace('|', '');
  const [first] = suggest(text, query.indexOf('|'), VOCABULARY);
  return first === undefined ? text : text.slice(0, first.from) + first.text + text.slice(first.to);
}

describe('suggest', () => {
  it.each([
    ['|', ['service:', 'name:', 'kind:', 'status:']],
    ['ht|', ['http.request.method: (12)', 'http.route: (9)']],
    ['meth|', ['http.request.method: (12)']],
    ['rout|', ['route.kind: (2)', 'my.route.id: (50)', 'http.route: (9)']],
    ['user|', ['"user id": (1)']],
    ['dur|', ['duration>', 'trace.duration>']],
    ['a -ser|', ['service:', 'trace.services:', '"user id": (1)']],
    ['service:|', ['gateway (40)', 'orders (7)', '"back order desk" (3)']],
    ['service:ord|', ['orders (7)', '"back order desk" (3)']],
    ['service:"back o|', ['"back order desk" (3)']],
    ['status:|', ['error (2)', 'unset (0)', 'ok (0)']],
    ['is:r|', ['running', 'root', 'orphan']],
    ['db.system.name=p|', ['postgresql (5)']],
    ['nothing:|', []],
    ['zzz|', []],
  ])('completes %p', (query, texts) => expect(suggested(query)).toEqual(texts));

  it.each([
    ['serv|', 'service:'],
    ['service:gat|', 'service:gateway'],
    ['a service:ga| b', 'a service:gateway b'],
    ['serv|:orders', 'service:orders'],
    ['(service:or|)', '(service:orders)'],
    ['a |', 'a service:'],
  ])('replaces what is written: %p', (query, text) => expect(completed(query)).toBe(text));

  it('says what a field is, and gives 20 at most', () => {
    expect(suggest('service', 7, VOCABULARY)[0]?.help).toBe('the service of the span');
    const many = {
      keys: () => Array.from({ length: 99 }, (_, i): [string, number] => [`k${i}`, i]),
      values: () => [],
    };
    expect(suggest('k', 1, many)).toHaveLength(20);
  });
});
