import { describe, expect, it } from '@jest/globals';
import { createTracing } from '../../../lib/assembly/index.js';
import {
  type ApplicationPart,
  type LocalTracer,
  TracedApplication,
} from '../../../lib/context/index.js';

const TRACER = {} as LocalTracer;
const LIMIT: ApplicationPart<number> = { name: 'limit' };

describe('TracedApplication', () => {
  it('has no part that nobody set', () => {
    expect(new TracedApplication(TRACER).get(LIMIT)).toBeUndefined();
  });

  it('keeps a part, and replaces it', () => {
    const application = new TracedApplication(TRACER);
    application.set(LIMIT, 1);
    application.set(LIMIT, 2);
    expect(application.get(LIMIT)).toBe(2);
  });

  it('finds a part by the key of another copy of the library', () => {
    const application = new TracedApplication(TRACER);
    application.set(LIMIT, 1);
    expect(application.get<number>({ name: 'limit' })).toBe(1);
  });

  it('is shared by all tracers of an application, and by those of no other', () => {
    const options = { exporter: undefined, spanProcessors: [], registerGlobally: false };
    const [one, other] = [createTracing(options), createTracing(options)];
    const { application } = one.tracer;
    expect(one.provider.getTracer('a library').application).toBe(application);
    expect(other.tracer.application).not.toBe(application);
    expect(application.tracer).toBe(one.tracer);
  });
});
