import { describe, expect, it } from '@jest/globals';
import { installPageWindow } from '../../../../support/page-window.js';

const page = installPageWindow('/?q=status%3Aerror');
const { addressOf, location, navigate, setParameters } = await import(
  '../../../../../lib/viewer/page/state/location.js'
);

describe('location', () => {
  it('is what the window shows, also after going there and back', () => {
    expect(location.value.path).toBe('/');
    expect(location.value.search.get('q')).toBe('status:error');
    navigate('/graph');
    expect(location.value.path).toBe('/graph');
    page.back();
    expect(location.value.path).toBe('/');
    expect(location.value.search.get('q')).toBe('status:error');
  });

  it('makes no new entry of the history for what replaces the current one', () => {
    navigate('/t/1');
    const { length } = page.history;
    setParameters({ view: 'flame' }, { replace: true });
    expect(page.history).toHaveLength(length);
    expect(page.address).toBe('/t/1?view=flame');
    setParameters({ view: undefined, span: '2' });
    expect(page.history).toHaveLength(length + 1);
    expect(page.address).toBe('/t/1?span=2');
  });
});

describe('addressOf', () => {
  it.each([
    ['sets a parameter beside others', 'a=1', { b: '2' }, '/x?a=1&b=2'],
    ['replaces one', 'a=1&b=2', { a: '3' }, '/x?a=3&b=2'],
    ['removes what is undefined or empty', 'a=1&b=2&c=3', { a: undefined, b: '' }, '/x?c=3'],
    ['has no question mark without parameters', 'a=1', { a: undefined }, '/x'],
    ['escapes', '', { q: 'a=1 & "b"' }, '/x?q=a%3D1+%26+%22b%22'],
  ])('%s', (_, search, parameters, address) => {
    expect(addressOf('/x', new URLSearchParams(search), parameters)).toBe(address);
  });
});
