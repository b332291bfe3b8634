import { describe, expect, it } from '@jest/globals';
import { createTracing } from '../../../lib/assembly/create-tracing.js';
import type { TracingSettings } from '../../../lib/assembly/tracing-options.js';
import { InMemorySpanExporter } from '../../../lib/export/index.js';

async function exported(settings: TracingSettings) {
  const exporter = new InMemorySpanExporter();
  const tracing = createTracing({ registerGlobally: false, exporter, ...settings });
  const attributes = { 'http.request.header.cookie': ['a=b'], iban: 'DE00', route: '/' };
  tracing.tracer.startSpan('work', { attributes }).end();
  const [span] = exporter.getFinishedSpans();
  await tracing.shutdown();
  return { attributes: span?.attributes, resource: span?.resource.attributes };
}

describe('the option redaction', () => {
  it('is on where nobody says anything, for spans and the resource', async () => {
    const { attributes, resource } = await exported({
      resourceAttributes: { 'deploy.token': 'x', 'deployment.environment.name': 'test' },
    });
    expect(attributes).toEqual({
      'http.request.header.cookie': ['REDACTED'],
      iban: 'DE00',
      route: '/',
    });
    expect(resource).toMatchObject({
      'deploy.token': 'REDACTED',
      'deployment.environment.name': 'test',
    });
  });

  it('takes more keys', async () => {
    const { attributes } = await exported({ redaction: { keys: ['iban'], replacement: '-' } });
    expect(attributes).toMatchObject({
      'http.request.header.cookie': ['-'],
      iban: '-',
      route: '/',
    });
  });

  it('can be switched off', async () => {
    const { attributes } = await exported({ redaction: false });
    expect(attributes).toMatchObject({ 'http.request.header.cookie': ['a=b'] });
  });

  it('refuses what it does not know, when the application is set up', () => {
    expect(() => createTracing({ registerGlobally: false, redaction: 'on' as never })).toThrow(
      'redaction must be true, false, or an object',
    );
  });
});
