import { describe, expect, it } from '@jest/globals';
import { EnvironmentReader } from '../../../lib/assembly/environment-reader.js';
import { readSamplerServer } from '../../../lib/assembly/sampler-argument.js';
import { Diagnostics } from '../../../lib/diagnostics.js';

function read(name: string | undefined, argument: string) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => void warnings.push(message) });
  const reader = new EnvironmentReader({ OTEL_TRACES_SAMPLER_ARG: argument }, diagnostics);
  return { server: readSamplerServer(reader, name), warnings };
}

describe('readSamplerServer', () => {
  it('reads the entries of samplers that ask a server only', () => {
    const argument = 'endpoint=http://127.0.0.1:1';
    expect(read('jaeger_remote', argument).server).toEqual({ endpoint: 'http://127.0.0.1:1' });
    expect(read('xray', argument).server).toEqual({ endpoint: 'http://127.0.0.1:1' });
    for (const name of ['traceidratio', undefined]) {
      expect(read(name, argument)).toEqual({ server: {}, warnings: [] });
    }
  });

  it('reads no interval that no timer can wait', () => {
    const { server, warnings } = read('xray', 'polling_interval=2147483647');
    expect(server).toEqual({ intervalMillis: 2_147_483_647 });
    expect(warnings).toEqual([]);
    expect(read('jaeger_remote', 'pollingIntervalMs=2147483648').server).toEqual({});
  });

  it('shows no password of an endpoint', () => {
    const { warnings } = read('jaeger_remote', 'endpoint=ftp://user:secret@jaeger?key=secret');
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).not.toContain('secret');
  });
});
