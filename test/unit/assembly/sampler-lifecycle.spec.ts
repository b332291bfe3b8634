import { afterEach, describe, expect, it } from '@jest/globals';
import { readEnvironment } from '../../../lib/assembly/environment.js';
import { TracingComposition } from '../../../lib/assembly/tracing-composition.js';
import type { StandaloneTracingOptions } from '../../../lib/assembly/tracing-options.js';
import { Diagnostics } from '../../../lib/diagnostics.js';
import { AlwaysOffSampler, AlwaysRecordSampler } from '../../../lib/sampling/index.js';

class NotingSampler extends AlwaysOffSampler {
  readonly notes: string[] = [];

  start(): void {
    this.notes.push('start');
  }

  shutdown(): void {
    this.notes.push('shutdown');
  }
}

const shutdowns: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const shutdown of shutdowns.splice(0)) await shutdown();
});

function compose(options: StandaloneTracingOptions, isCreated = false) {
  const warnings: string[] = [];
  const diagnostics = new Diagnostics({ warn: (message) => void warnings.push(message) });
  const environment = readEnvironment(diagnostics, { OTEL_TRACES_EXPORTER: 'none' });
  const composition = new TracingComposition(options, environment, diagnostics);
  if (isCreated) composition.created(options.sampler);
  const tracing = composition.composeStandalone(options);
  shutdowns.push(() => tracing.shutdown());
  return { tracing, warnings };
}

describe('a sampler that asks a server', () => {
  it('starts with the application, and is shut down with the one that created it', async () => {
    const sampler = new NotingSampler();
    const { tracing } = compose({ sampler }, true);
    expect(sampler.notes).toEqual(['start']);
    await tracing.shutdown();
    await tracing.shutdown();
    expect(sampler.notes).toEqual(['start', 'shutdown']);
  });

  it('that the user passes stays in use for the next application', async () => {
    const sampler = new NotingSampler();
    await compose({ sampler }).tracing.shutdown();
    await compose({ sampler }).tracing.shutdown();
    expect(sampler.notes).toEqual(['start', 'start']);
  });

  it('starts below other samplers too', async () => {
    const inner = new NotingSampler();
    const { tracing } = compose({ sampler: new AlwaysRecordSampler(inner) }, true);
    await tracing.shutdown();
    expect(inner.notes).toEqual(['start', 'shutdown']);
  });

  it('does not start while tracing is switched off', async () => {
    const sampler = new NotingSampler();
    await compose({ sampler, enabled: false }).tracing.shutdown();
    expect(sampler.notes).toEqual([]);
  });

  it('prevents neither the start nor the shutdown by what it throws', async () => {
    const sampler = new NotingSampler();
    sampler.start = sampler.shutdown = () => {
      throw new Error('broken');
    };
    const { tracing, warnings } = compose({ sampler }, true);
    await tracing.shutdown();
    expect(warnings).toEqual([
      'The method start of the sampler threw: Error: broken',
      'The method shutdown of the sampler threw: Error: broken',
    ]);
  });
});
