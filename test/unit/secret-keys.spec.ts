import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import { SecretKeys } from '../../lib/secret-keys.js';

describe('SecretKeys', () => {
  it.each([
    ...['password', 'user.password', 'userPassword', 'USER_PASSWORD', 'db-password', 'pass_word'],
    ...['token', 'access_token', 'accessToken', 'auth.token.value', 'JWT', 'x.jwt', 'secret'],
    ...['client_secret', 'clientSecret', 'authorization', 'http.request.header.authorization'],
    ...['http.request.header.proxy-authorization', 'http.request.header.cookie'],
    ...['http.response.header.set-cookie', 'setCookie', 'SetCookie', 'api key', 'apiKey', 'APIKey'],
    ...['X-API-Key', 'api_key', 'apikey', 'myAPIKey', 'aws.secretAccessKey', 'credentials'],
    ...['passwords.0', 'private_key', 'connectionString'],
  ])('has %s', (key) => {
    expect(new SecretKeys().has(key)).toBe(true);
  });

  it.each([
    ...['passwordless', 'tokens.count', 'gen_ai.usage.input_tokens', 'tokenizer', 'secretary'],
    ...['cookiecutter', 'author', 'authorizationless', 'http.route', 'key', 'api', '', '...'],
    ...['keyapi', 'db.query.text', 'messaging.kafka.message.key', 'error.type'],
  ])('has not %s', (key) => {
    expect(new SecretKeys().has(key)).toBe(false);
  });

  it('takes no attribute of the semantic conventions for a secret that is none', () => {
    const keys = Object.entries(conventions)
      .filter(([name, value]) => name.startsWith('ATTR_') && typeof value === 'string')
      .map(([, value]) => value as string);
    expect(keys.length).toBeGreaterThan(300);
    const secretKeys = new SecretKeys();
    const found = keys.filter((key) => secretKeys.has(key) && !key.startsWith('aspnetcore.'));
    // It holds the password of the database.
    expect(found).toEqual(['db.connection_string']);
  });

  it('can be told more, joined in whatever way, and exceptions', () => {
    const keys = new SecretKeys(['cardNumber', 'IBAN'], ['auth.token.kind']);
    expect(
      ['card_number', 'payment.cardnumber', 'iban', 'card'].map((key) => keys.has(key)),
    ).toEqual([true, true, true, false]);
    expect([keys.has('auth.token.kind'), keys.has('auth.token')]).toEqual([false, true]);
  });

  it('answers the same again, also after more keys than it remembers', () => {
    const keys = new SecretKeys();
    for (let i = 0; i < 12_000; i++) {
      expect(keys.has(`a${i}.token`)).toBe(true);
      expect(keys.has(`a${i}.other`)).toBe(false);
    }
    expect([keys.has('a1.token'), keys.has('a1.token')]).toEqual([true, true]);
  });

  it.each([[['']], [['--']], [[1]], ['iban']])('refuses %j', (words) => {
    expect(() => new SecretKeys(words as never)).toThrow(
      'redaction.keys must be an array of strings',
    );
    expect(() => new SecretKeys([], words as never)).toThrow('redaction.except must be an array');
  });
});
