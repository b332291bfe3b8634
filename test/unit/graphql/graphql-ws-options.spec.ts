import { describe, expect, it } from '@jest/globals';
import { parse } from 'graphql';
import { GraphqlHandler } from '../../../lib/graphql/graphql-handler.js';
import { tracedGraphqlWsOptions } from '../../../lib/graphql/graphql-ws-options.js';
import { traceAsText } from '../../../lib/testing/index.js';
import { tracingsOfTest } from '../../support/tracings-of-test.js';

type Options = Record<string, (...values: unknown[]) => unknown>;
const EXECUTION = { document: parse('subscription S { s }') };

describe('tracedGraphqlWsOptions', () => {
  const createTracing = tracingsOfTest();

  function trace(given: object = {}) {
    const { tracer, recorder } = createTracing();
    const options = tracedGraphqlWsOptions(given, new GraphqlHandler(tracer)) as Options;
    const text = (): string =>
      traceAsText(recorder.takeSpans(), { attributes: false, events: true });
    return { options, text };
  }

  it('calls the hooks of the user, with their results', async () => {
    const calls: unknown[] = [];
    const hook =
      (name: string) =>
      (...values: unknown[]) => {
        calls.push([name, ...values.slice(1)]);
        return name;
      };
    const { options, text } = trace({
      context: hook('context'),
      onNext: hook('onNext'),
      onError: hook('onError'),
      onComplete: hook('onComplete'),
      onClose: hook('onClose'),
    });
    const connection = { subscriptions: { 1: null } };
    expect(await options.context?.(connection, '1', {}, EXECUTION)).toBe('context');
    expect(options.onNext?.(connection, '1', {}, {}, {})).toBe('onNext');
    expect(options.onError?.(connection, '1', {}, [])).toBe('onError');
    expect(options.onComplete?.(connection, '1', {})).toBe('onComplete');
    expect(options.onClose?.(connection, 1000, '')).toBe('onClose');
    expect(calls).toHaveLength(5);
    expect(text()).toBe('subscription S [server]');
  });

  it('gives each operation a context value of its own', async () => {
    const shared = { user: 'ada' };
    const { options, text } = trace({ context: shared });
    const connection = {};
    const first = await options.context?.(connection, '1', {}, EXECUTION);
    const second = await options.context?.(connection, '2', {}, EXECUTION);
    expect([first, second]).toEqual([shared, shared]);
    expect(first).not.toBe(second);
    options.onClose?.(connection);
    expect(text()).toBe(
      'subscription S [server] (event unsubscribed)\n\nsubscription S [server] (event unsubscribed)',
    );
  });

  it('records errors of results, and of documents that are refused', async () => {
    const { options, text } = trace();
    const connection = { subscriptions: {} };
    await options.context?.(connection, '1', {}, EXECUTION);
    options.onNext?.(connection, '1', {}, {}, { errors: [new TypeError('wrong')] });
    options.onComplete?.(connection, '1', {});
    expect(text()).toBe(
      'subscription S [server] ERROR "wrong" exception TypeError (event unsubscribed)',
    );
    options.onError?.(connection, '2', {}, [new Error('refused')]);
    expect(text()).toBe('graphql [server] ERROR "refused" exception Error');
  });

  it('records what the hook onSubscribe throws, and passes it on', async () => {
    const { options, text } = trace({ onSubscribe: () => Promise.reject(new TypeError('no')) });
    await expect(options.onSubscribe?.({}, '1', {})).rejects.toThrow('no');
    options.onClose?.({}, 4500, 'no');
    expect(text()).toBe('graphql [server] ERROR "no" exception TypeError');
  });

  it('records once that a document could not be parsed', () => {
    const { options, text } = trace();
    const connection = {};
    expect(options.onSubscribe?.(connection, '1', { query: '{' })).toBeUndefined();
    options.onClose?.(connection, 4500, 'Syntax Error');
    options.onClose?.(connection, 4500, 'Syntax Error');
    expect(text()).toBe('graphql [server] exception GraphQLError "Syntax Error"');
    options.onSubscribe?.(connection, '1', { query: '{' });
    options.onClose?.(connection, 1000, '');
    expect(text()).toBe('');
  });
});
