import { beforeEach, describe, expect, it } from '@jest/globals';
import { HTMLElementDouble, installPageWindow } from '../../../../support/page-window.js';

const page = installPageWindow();
const { keyGroups } = await import('../../../../../lib/viewer/page/state/keys.js');

let pressed: string[] = [];
let now = 0;

const binding = (name: string, ...keys: string[]) => ({
  keys,
  label: name,
  run: () => pressed.push(name),
});

/** @returns whether the page has taken the key */
function press(key: string, event: object = {}): boolean {
  let isTaken = false;
  now += 100;
  page.tell('keydown', {
    key,
    timeStamp: now,
    target: null,
    preventDefault: () => {
      isTaken = true;
    },
    ...event,
  });
  return isTaken;
}

beforeEach(() => {
  pressed = [];
  now += 10_000;
  keyGroups.value = [
    {
      title: 'Everywhere',
      bindings: [binding('traces', 'g t'), binding('next', 'j', 'ArrowDown'), binding('old', 'e')],
    },
    { title: 'Trace', bindings: [binding('errors', 'e'), binding('press', 'Enter', ' ')] },
  ];
});

describe('a key', () => {
  it('does what each of its names is bound to', () => {
    expect(press('j')).toBe(true);
    expect(press('ArrowDown')).toBe(true);
    expect(pressed).toEqual(['next', 'next']);
  });

  it('does what the latest component has bound it to', () => {
    press('e');
    expect(pressed).toEqual(['errors']);
  });

  it('is left to the browser where nothing is bound', () => {
    expect(press('q')).toBe(false);
  });

  it.each(['ctrlKey', 'altKey', 'metaKey'])('is left to the browser with %s', (modifier) => {
    expect(press('j', { [modifier]: true })).toBe(false);
    expect(pressed).toEqual([]);
  });

  it('is text in a field', () => {
    expect(press('j', { target: new HTMLElementDouble('input') })).toBe(false);
  });

  it('is left to an open dialog', () => {
    expect(press('j', { target: new HTMLElementDouble('dialog') })).toBe(false);
  });

  it.each(['Enter', ' '])('presses the button that has the focus (%j)', (key) => {
    expect(press(key, { target: new HTMLElementDouble('button') })).toBe(false);
    expect(press(key, { target: new HTMLElementDouble('div') })).toBe(true);
  });
});

describe('two keys', () => {
  it('do what they are bound to one after another', () => {
    press('g');
    expect(press('t')).toBe(true);
    expect(pressed).toEqual(['traces']);
  });

  it('are two single ones after a second', () => {
    press('g');
    now += 1_000;
    expect(press('t')).toBe(false);
  });

  it('are single ones where the pair is not bound', () => {
    press('g');
    press('j');
    expect(pressed).toEqual(['next']);
  });
});
