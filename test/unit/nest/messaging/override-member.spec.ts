import { describe, expect, it } from '@jest/globals';
import { overrideMember } from '../../../../lib/nest/messaging/override-member.js';

class Client {
  field = 'field';

  method(): string {
    return 'class';
  }
}

describe('overrideMember', () => {
  it('replaces a method of the instance until it is restored', () => {
    const [client, other] = [new Client(), new Client()];
    const restore = overrideMember(client, 'method', () => 'replaced');
    expect([client.method(), other.method()]).toEqual(['replaced', 'class']);
    restore();
    expect(client.method()).toBe('class');
    expect(Object.hasOwn(client, 'method')).toBe(false);
  });

  it('restores a field', () => {
    const client = new Client();
    const restore = overrideMember(client, 'field', 'replaced');
    restore();
    expect(client.field).toBe('field');
  });

  it('leaves what other code has put in its place', () => {
    const client = new Client();
    const restore = overrideMember(client, 'method', () => 'ours');
    client.method = () => 'theirs';
    restore();
    expect(client.method()).toBe('theirs');
  });
});
