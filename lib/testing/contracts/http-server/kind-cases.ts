import { document, ownRule } from '../contract-case.js';
import type { Demand } from '../demand.js';
import { applicationCase, type HttpServerCase } from './application-case.js';
import { ask } from './ask.js';
import type { HttpServerSubject } from './http-server-contract.js';
import { type KindOfRequest, kindsOfRequest } from './kinds-of-request.js';
import type { StartedApplication, StartOptions } from './start-application.js';

const NAME = document('Semantic conventions 1.45.0, http/http-spans.md#name');
const STATUS = document('Semantic conventions 1.45.0, http/http-spans.md#status');
const ONE_BY_ONE = ownRule('a request leaves nothing behind for the next one');

const WITH_CORS: StartOptions = { configure: (application) => application.enableCors() };

/** One case for each kind of request, and one for all of them on the same application. */
export function kindCases(subject: HttpServerSubject): HttpServerCase[] {
  const kinds = kindsOfRequest(subject.facts);
  const cases = kinds.map((kind) =>
    applicationCase(
      subject,
      `traces ${kind.kind}`,
      kind.status >= 400 ? STATUS : NAME,
      (app, demand) => expectKind(app, demand, kind),
      { start: WITH_CORS },
    ),
  );
  const allInTurn = async (app: StartedApplication, demand: Demand): Promise<void> => {
    for (const kind of [...kinds, ...kinds.slice().reverse()]) await expectKind(app, demand, kind);
  };
  const name = 'traces all kinds of request, one after the other, in any order';
  return [...cases, applicationCase(subject, name, ONE_BY_ONE, allInTurn, { start: WITH_CORS })];
}

async function expectKind(
  app: StartedApplication,
  demand: Demand,
  { kind, path, init, status, trace }: KindOfRequest,
): Promise<void> {
  const answer = await ask(app, path, init);
  demand.equal(answer.trace, trace, `the trace of ${kind}`);
  demand.equal(answer.status, status, `the status of the response to ${kind}`);
  // A span that comes later belongs to nobody.
  app.recorder.verify();
}
