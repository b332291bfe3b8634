import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseHandler } from '../../../../lib/database/database.handler.js';
import { CommandsInFlight } from '../../../../lib/database/mongodb/commands-in-flight.js';
import { createTestTracing, traceAsText } from '../../../../lib/testing/index.js';
import { commandStarted } from './command-started.js';

let tracing: ReturnType<typeof createTestTracing>;

beforeEach(() => {
  tracing = createTestTracing();
});

afterEach(() => {
  tracing.close();
  tracing.recorder.verify();
});

const taken = (): string =>
  traceAsText(tracing.recorder.takeSpans(), { attributes: ['error.type'] });
const UNANSWERED = 'error.type=unanswered ERROR "the driver did not report the end"';

function put(inFlight: CommandsInFlight, requestId: number): void {
  const handler = new DatabaseHandler({ system: 'mongodb' });
  const operation = handler.begin({ operation: `find${requestId}` });
  if (operation !== undefined) inFlight.put(commandStarted({ find: 'a' }, requestId), operation);
}

describe('CommandsInFlight', () => {
  it('ends the oldest command if there are too many', () => {
    const inFlight = new CommandsInFlight(2);
    for (const requestId of [1, 2, 3]) put(inFlight, requestId);
    const take = (requestId: number) => inFlight.take(commandStarted({ find: 'a' }, requestId));
    expect(take(1)).toBeUndefined();
    for (const requestId of [2, 3]) take(requestId)?.finish();
    expect(take(2)).toBeUndefined();
    expect(taken()).toBe(
      [`find1 [client] ${UNANSWERED}`, 'find2 [client]', 'find3 [client]'].join('\n\n'),
    );
  });

  it('ends a command whose number comes again, and reports it', () => {
    const inFlight = new CommandsInFlight();
    put(inFlight, 1);
    put(inFlight, 1);
    inFlight.take(commandStarted({ find: 'a' }, 1))?.finish();
    expect(taken()).toBe([`find1 [client] ${UNANSWERED}`, 'find1 [client]'].join('\n\n'));
    expect(tracing.tracer.diagnostics.counts()).toEqual({
      'The MongoDB driver did not report the end of a command; its span ends with error.type "unanswered"': 1,
    });
  });

  it('tells connections and servers apart', () => {
    const inFlight = new CommandsInFlight();
    put(inFlight, 1);
    const event = commandStarted({ find: 'a' }, 1);
    expect(inFlight.take({ ...event, connectionId: 2 })).toBeUndefined();
    expect(inFlight.take({ ...event, address: 'other:1' })).toBeUndefined();
    inFlight.take(event)?.finish();
    expect(taken()).toBe('find1 [client]');
  });
});
