import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import {
  createProxyChoice,
  type ProxySettings,
} from '../../../../lib/export/transport/proxy-choice.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';

const SECRET = 's3cr3t';

function choose(settings: Partial<ProxySettings>, url: string): string | undefined {
  const choice = createProxyChoice({
    owner: 'Owner',
    given: undefined,
    protocol: 'http',
    variables: {},
    diagnostics: new ReadDiagnostics(),
    ...settings,
  });
  return choice(new URL(url))?.shown;
}

describe('the proxies of the environment', () => {
  it.each([
    ['none without variables', {}, 'http://a.test', undefined],
    ['HTTP_PROXY for http:', { HTTP_PROXY: 'http://p:1' }, 'http://a.test', 'http://p:1'],
    ['HTTP_PROXY not for https:', { HTTP_PROXY: 'http://p:1' }, 'https://a.test', undefined],
    ['HTTPS_PROXY for https:', { HTTPS_PROXY: 'http://p:1' }, 'https://a.test', 'http://p:1'],
    ['HTTPS_PROXY not for http:', { HTTPS_PROXY: 'http://p:1' }, 'http://a.test', undefined],
    ['ALL_PROXY for the rest', { ALL_PROXY: 'http://p:1' }, 'https://a.test', 'http://p:1'],
    [
      'its own variable first',
      { ALL_PROXY: 'http://p:1', http_proxy: 'http://q:2' },
      'http://a.test',
      'http://q:2',
    ],
    [
      'lower case first',
      { HTTP_PROXY: 'http://p:1', http_proxy: 'http://q:2' },
      'http://a.test',
      'http://q:2',
    ],
    [
      'an empty variable as none',
      { HTTP_PROXY: 'http://p:1', http_proxy: ' ' },
      'http://a.test',
      'http://p:1',
    ],
    [
      'http: without a scheme',
      { HTTP_PROXY: 'proxy.corp:3128' },
      'http://a.test',
      'http://proxy.corp:3128',
    ],
    ['one that speaks TLS', { HTTPS_PROXY: 'https://p' }, 'https://a.test', 'https://p'],
    [
      'one with an IPv6 address',
      { HTTP_PROXY: 'http://[fd00::1]:3128' },
      'http://a.test',
      'http://[fd00::1]:3128',
    ],
    ['none for this machine', { HTTP_PROXY: 'http://p:1' }, 'http://localhost:4318', undefined],
    ['none for 127.0.0.1', { HTTP_PROXY: 'http://p:1' }, 'http://127.0.0.1:4318', undefined],
    ['none for ::1', { HTTP_PROXY: 'http://p:1' }, 'http://[::1]:4318', undefined],
    [
      'none for a host in NO_PROXY',
      { HTTP_PROXY: 'http://p:1', NO_PROXY: '.test' },
      'http://a.test',
      undefined,
    ],
    [
      'no_proxy before NO_PROXY',
      { HTTP_PROXY: 'http://p:1', NO_PROXY: '*', no_proxy: 'b.test' },
      'http://a.test',
      'http://p:1',
    ],
  ])('are %s', (_, variables, url, proxy) => {
    expect(choose({ variables }, url)).toBe(proxy);
  });

  it.each([
    ['grpc_proxy first', { grpc_proxy: 'http://p:1', https_proxy: 'http://q:2' }, 'http://p:1'],
    ['HTTPS_PROXY then', { HTTPS_PROXY: 'http://p:1', HTTP_PROXY: 'http://q:2' }, 'http://p:1'],
    ['HTTP_PROXY then', { HTTP_PROXY: 'http://q:2' }, 'http://q:2'],
    ['none for no_grpc_proxy', { HTTP_PROXY: 'http://q:2', no_grpc_proxy: 'a.test' }, undefined],
    [
      'NO_PROXY where no_grpc_proxy is not set',
      { HTTP_PROXY: 'http://q:2', NO_PROXY: 'a.test' },
      undefined,
    ],
  ])('are for gRPC, with and without TLS: %s', (_, variables, proxy) => {
    expect(choose({ variables, protocol: 'grpc' }, 'http://a.test:4317')).toBe(proxy);
    expect(choose({ variables, protocol: 'grpc' }, 'https://a.test:4317')).toBe(proxy);
  });

  it.each([
    ['socks', { ALL_PROXY: `socks5://user:${SECRET}@p:1` }, 'http' as const],
    ['no URL', { HTTP_PROXY: `http://user:${SECRET}@ p` }, 'http' as const],
    ['TLS for gRPC', { HTTPS_PROXY: `https://user:${SECRET}@p` }, 'grpc' as const],
  ])('are ignored and reported without their value: %s', (_, variables, protocol) => {
    const diagnostics = new ReadDiagnostics();
    expect(choose({ variables, protocol, diagnostics }, 'http://a.test')).toBeUndefined();
    expect(diagnostics.lines[0]).toMatch(
      /^The environment variable \w+_PROXY must be the URL .* ignored$/,
    );
    expect(diagnostics.lines.join()).not.toContain(SECRET);
  });

  it('are left to the next variable where one is ignored', () => {
    const variables = { http_proxy: 'socks5://p:1', ALL_PROXY: 'http://q:2' };
    expect(choose({ variables }, 'http://a.test')).toBe('http://q:2');
  });

  it('are used although NO_PROXY has entries that mean nothing, which are reported', () => {
    const diagnostics = new ReadDiagnostics();
    const variables = { HTTP_PROXY: 'http://p:1', NO_PROXY: '10.0.0.0/99,a.test' };
    expect(choose({ variables, diagnostics }, 'http://a.test')).toBeUndefined();
    expect(choose({ variables }, 'http://b.test')).toBe('http://p:1');
    expect(diagnostics.lines).toEqual([
      expect.stringMatching(/^The environment variable NO_PROXY has entries .*: 10\.0\.0\.0\/99$/),
    ]);
  });
});

describe('the option proxy', () => {
  const variables = { HTTP_PROXY: 'http://p:1', NO_PROXY: '*' };

  it('applies to every host', () => {
    for (const url of ['http://localhost:4318', 'https://a.test']) {
      expect(choose({ variables, given: 'http://q:2' }, url)).toBe('http://q:2');
    }
  });

  it('switches the proxies of the environment off', () => {
    expect(
      choose({ variables: { HTTP_PROXY: 'http://p:1' }, given: false }, 'http://a.test'),
    ).toBeUndefined();
  });

  it.each<[string, string | undefined]>([
    ['http://p', undefined],
    ['http://user:pass@p', 'user:pass'],
    ['http://user@p', 'user:'],
    ['http://us%40er:p%3Ass%20@p', 'us@er:p:ss '],
    ['http://user:100%@p', 'user:100%'],
  ])('has the credentials of %s', (given, credentials) => {
    const diagnostics = new ReadDiagnostics();
    const choice = createProxyChoice({
      owner: 'Owner',
      given,
      protocol: 'http',
      variables: {},
      diagnostics,
    });
    expect(choice(new URL('http://a.test'))).toMatchObject({ credentials, shown: 'http://p' });
  });

  it.each([`socks5://user:${SECRET}@p`, `http://user:${SECRET}@`, '', true, 5, null, {}])(
    'refuses %j',
    (given) => {
      const create = () => choose({ given: given as never }, 'http://a.test');
      expect(create).toThrow(TracingConfigError);
      expect(create).toThrow(/^Owner\.proxy must be false, or the URL of a proxy/);
      expect(create).not.toThrow(SECRET);
    },
  );

  it('refuses TLS to the proxy for gRPC, which cannot do it', () => {
    expect(() => choose({ given: 'https://p', protocol: 'grpc' }, 'http://a.test')).toThrow(
      /begins with http:\/\/,/,
    );
  });
});
