import type http from 'node:http';
import https from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { type AgentSettings, Agents } from '../../../../lib/export/transport/agents.js';
import {
  createProxyChoice,
  type ProxyChoice,
} from '../../../../lib/export/transport/proxy-choice.js';
import { ReadDiagnostics } from '../../../support/exporter-doubles.js';

/** Node has them, its types do not. */
function optionsOf(agent: http.Agent): https.AgentOptions {
  return (agent as unknown as { options: https.AgentOptions }).options;
}

function agentsOf(settings: Partial<AgentSettings> = {}): Agents {
  return new Agents({ owner: 'Owner', timeoutMillis: 5000, ...settings });
}

function proxiesOf(given: string): ProxyChoice {
  const diagnostics = new ReadDiagnostics();
  return createProxyChoice({ owner: 'Owner', given, protocol: 'http', variables: {}, diagnostics });
}

describe('Agents', () => {
  it('are one for each scheme, and keep connections', () => {
    const agents = agentsOf();
    expect(agents.http).not.toBeInstanceOf(https.Agent);
    expect(agents.https).toBeInstanceOf(https.Agent);
    const { http: plain, https: secure } = agents;
    expect([plain, secure].map((agent) => optionsOf(agent).keepAlive)).toEqual([true, true]);
  });

  it('take the options of the user, certificates and keys for https only', () => {
    const agents = agentsOf({
      tls: { passphrase: 'p' },
      agentOptions: { maxSockets: 3, keepAlive: false },
    });
    const plain = optionsOf(agents.http);
    const secure = optionsOf(agents.https);
    expect(plain).toMatchObject({ maxSockets: 3, keepAlive: false });
    expect(plain.passphrase).toBeUndefined();
    expect(secure).toMatchObject({ maxSockets: 3, keepAlive: false, passphrase: 'p' });
  });

  it('lead to the proxy without TLS, with the whole URL and the credentials of the proxy', () => {
    const agents = agentsOf({ proxies: proxiesOf('http://us%3Aer:pass@[fd00::1]:3128') });
    const url = new URL('http://me:mine@collector.test/v1/traces?q=1#h');
    expect(agents.routeTo({ url, socketPath: undefined })).toMatchObject({
      options: {
        host: 'fd00::1',
        port: '3128',
        path: 'http://collector.test/v1/traces?q=1',
        auth: 'me:mine',
        agent: agents.http,
      },
      headers: { host: 'collector.test', 'proxy-authorization': 'Basic dXM6ZXI6cGFzcw==' },
    });
  });

  it.each([
    ['http://proxy', 80],
    ['https://proxy', 443],
  ])('take the port of the scheme for %s', (proxy, port) => {
    const agents = agentsOf({ proxies: proxiesOf(proxy) });
    const target = { url: new URL('http://collector.test/'), socketPath: undefined };
    expect(agents.routeTo(target).options.port).toBe(port);
    expect(agents.proxyOf(target)?.shown).toBe(proxy);
  });

  it('lead to a socket file without a proxy', () => {
    const agents = agentsOf({ proxies: proxiesOf('http://proxy:3128') });
    const target = { url: new URL('http://localhost/v1/traces'), socketPath: '/run/a.sock' };
    expect(agents.routeTo(target)).toMatchObject({
      options: { socketPath: '/run/a.sock', path: '/v1/traces' },
      headers: {},
    });
    expect(agents.proxyOf(target)).toBeUndefined();
  });

  it('refuse certificates that cannot be read, and say what to give', () => {
    expect(() => agentsOf({ tls: { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' } })).toThrow(
      TracingConfigError,
    );
    expect(() => agentsOf({ tls: { cert: 'cert.pem' } })).toThrow(
      /^Owner\.tls must hold .* Give the contents of the files, not their paths\.$/,
    );
  });

  it('are closed all at once', () => {
    const agents = agentsOf();
    const destroyed: http.Agent[] = [];
    for (const agent of [agents.http, agents.https]) {
      agent.destroy = () => void destroyed.push(agent);
    }
    agents.destroy();
    expect(destroyed).toEqual([agents.http, agents.https]);
  });
});
