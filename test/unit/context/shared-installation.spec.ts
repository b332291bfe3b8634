import { describe, expect, it } from '@jest/globals';
import { installShared } from '../../../lib/context/shared-installation.js';

describe('installShared', () => {
  it('installs once, and undoes it with the last release', () => {
    const events: string[] = [];
    const install = (): (() => void) => {
      events.push('installed');
      return () => void events.push('removed');
    };
    const first = installShared('subject', install);
    const second = installShared('subject', install);
    first();
    first();
    expect(events).toEqual(['installed']);
    second();
    expect(events).toEqual(['installed', 'removed']);
    installShared('subject', install)();
    expect(events).toEqual(['installed', 'removed', 'installed', 'removed']);
  });

  it('keeps subjects apart', () => {
    const events: string[] = [];
    const install = (name: string) => () => () => void events.push(name);
    const one = installShared('one', install('one'));
    const other = installShared('other', install('other'));
    one();
    expect(events).toEqual(['one']);
    other();
  });
});
