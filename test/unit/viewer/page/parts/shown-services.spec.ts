import { describe, expect, it } from '@jest/globals';
import { shownServices } from '../../../../../lib/viewer/page/parts/shown-services.js';

const services = (count: number): string[] =>
  Array.from({ length: count }, (_, index) => `s${index}`);

describe('shownServices', () => {
  it('shows all of a few', () => {
    expect(shownServices(['a', 'b'])).toEqual({ shown: ['a', 'b'], more: '', title: 'a, b' });
    expect(shownServices([])).toEqual({ shown: [], more: '', title: '' });
  });

  it('shows the first of many, and counts the others', () => {
    const { shown, more, title } = shownServices(services(2_012));
    expect([shown.length, shown.at(-1), more]).toEqual([12, 's11', '+ 2,000']);
    expect(title.endsWith('s49, + 1,962')).toBe(true);
    expect(shownServices(services(13)).more).toBe('+ 1');
  });
});
