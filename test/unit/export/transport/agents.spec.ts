import http from 'node:http';
import https from 'node:https';
import { describe, expect, it } from '@jest/globals';
import { TracingConfigError } from '../../../../lib/errors.js';
import { Agents } from '../../../../lib/export/transport/agents.js';

/** Node has them, its types do not. */
function optionsOf(agent: http.Agent): https.AgentOptions {
  return (agent as unknown as { options: https.AgentOptions }).options;
}

describe('Agents', () => {
  it('are one for each scheme, and keep connections', () => {
    const agents = new Agents('Owner');
    expect(agents.http).not.toBeInstanceOf(https.Agent);
    expect(agents.https).toBeInstanceOf(https.Agent);
    const { http: plain, https: secure } = agents;
    expect([plain, secure].map((agent) => optionsOf(agent).keepAlive)).toEqual([true, true]);
  });

  it('take the options of the user, certificates and keys for https only', () => {
    const agents = new Agents('Owner', { passphrase: 'p' }, { maxSockets: 3, keepAlive: false });
    const plain = optionsOf(agents.http);
    const secure = optionsOf(agents.https);
    expect(plain).toMatchObject({ maxSockets: 3, keepAlive: false });
    expect(plain.passphrase).toBeUndefined();
    expect(secure).toMatchObject({ maxSockets: 3, keepAlive: false, passphrase: 'p' });
  });

  it('use the proxies that Node uses for its own agents, unless the user says otherwise', () => {
    const proxyEnv = { HTTPS_PROXY: 'http://proxy:8080', NO_PROXY: 'localhost' };
    const globalAgents = [optionsOf(http.globalAgent), optionsOf(https.globalAgent)];
    for (const options of globalAgents) Object.assign(options, { proxyEnv });
    try {
      const agents = new Agents('Owner');
      expect(optionsOf(agents.http)).toMatchObject({ keepAlive: true, proxyEnv });
      expect(optionsOf(agents.https)).toMatchObject({ keepAlive: true, proxyEnv });
      const own = { HTTPS_PROXY: 'http://other:8080' };
      const given = new Agents('Owner', {}, { proxyEnv: own } as https.AgentOptions);
      expect(optionsOf(given.https)).toMatchObject({ proxyEnv: own });
    } finally {
      for (const options of globalAgents) Object.assign(options, { proxyEnv: undefined });
    }
  });

  it('refuse certificates that cannot be read, and say what to give', () => {
    expect(() => new Agents('Owner', { ca: 'ca.pem', cert: 'cert.pem', key: 'key.pem' })).toThrow(
      TracingConfigError,
    );
    expect(() => new Agents('Owner', { cert: 'cert.pem' })).toThrow(
      /^Owner\.tls must hold .* Give the contents of the files, not their paths\.$/,
    );
  });

  it('are closed all at once', () => {
    const agents = new Agents('Owner');
    const destroyed: http.Agent[] = [];
    for (const agent of [agents.http, agents.https]) {
      agent.destroy = () => void destroyed.push(agent);
    }
    agents.destroy();
    expect(destroyed).toEqual([agents.http, agents.https]);
  });
});
