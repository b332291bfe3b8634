import { describe, expect, it } from '@jest/globals';
import { FlatHeaders } from '../../../../lib/http/client/flat-headers.js';

describe('FlatHeaders', () => {
  it('finds values by their name in any case', () => {
    const headers = new FlatHeaders(['X-A', '1', 'b', 2, 'x-a', ['3', '4'], 'c', '5']);
    expect(['x-a', 'b', 'c', 'd'].map((name) => headers.get(name))).toEqual([
      ['1', '3', '4'],
      '2',
      '5',
      undefined,
    ]);
    expect([...headers.keys()]).toEqual(['X-A', 'b', 'x-a', 'c']);
  });

  it('reads the buffers of a response', () => {
    const headers = new FlatHeaders([Buffer.from('Location'), Buffer.from('/a')]);
    expect([headers.get('location'), headers.get('location2')]).toEqual(['/a', undefined]);
  });

  it('changes the list', () => {
    const list = ['X-A', '1', 'b', '2', 'x-a', '3'];
    const headers = new FlatHeaders(list);
    headers.delete('x-a');
    headers.set('c', '4');
    expect(list).toEqual(['b', '2', 'c', '4']);
  });
});
