import { expect, it } from '@jest/globals';
import { contextStorage } from '../../../../lib/context/index.js';
import {
  describesCommands,
  withDescribedCommands,
} from '../../../../lib/database/mongodb/described-commands.js';
import { tracingsOfTest } from '../../../support/tracings-of-test.js';

const createTracing = tracingsOfTest();

it('describesCommands is true in a marked context until its span ends, and not for spans below', () => {
  const { tracer, recorder } = createTracing();
  const marked = tracer.trace('find', () => {
    const context = withDescribedCommands(contextStorage.active());
    expect(describesCommands(contextStorage.active())).toBe(false);
    expect(describesCommands(context)).toBe(true);
    contextStorage.run(context, () =>
      tracer.trace('hook', () => expect(describesCommands(contextStorage.active())).toBe(false)),
    );
    return context;
  });
  expect(describesCommands(marked)).toBe(false);
  recorder.takeSpans();
});
