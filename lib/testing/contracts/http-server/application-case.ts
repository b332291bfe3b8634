import type { CaseDefinition, Rule } from '../contract-case.js';
import type { Demand } from '../demand.js';
import { ApplicationModule } from './application/application.module.js';
import type { HttpServerInability, HttpServerSubject } from './http-server-contract.js';
import {
  type StartedApplication,
  type StartOptions,
  startApplication,
} from './start-application.js';

/** A case of the contract of HTTP servers. */
export type HttpServerCase = CaseDefinition<HttpServerInability>;

/** What a case does with its application. */
export type CaseBody = (app: StartedApplication, demand: Demand) => Promise<void>;

/**
 * Makes a case with an application of its own. After the case it closes the application, and demands that all
 * spans were expected and that the library logged no warning.
 */
export function applicationCase(
  subject: HttpServerSubject,
  name: string,
  rule: Rule,
  body: CaseBody,
  { needs = [], start = {} }: { needs?: HttpServerCase['needs']; start?: StartOptions } = {},
): HttpServerCase {
  return {
    name,
    rule,
    needs,
    run: (demand) => runWithApplication(subject, start, demand, body),
  };
}

/** Starts an application, runs the body, and closes it. */
export async function runWithApplication(
  subject: HttpServerSubject,
  start: StartOptions,
  demand: Demand,
  body: CaseBody,
): Promise<void> {
  const app = await startApplication(subject, {
    module: (tracing) => ApplicationModule.with(tracing, subject.responseOf),
    ...start,
  });
  try {
    await body(app, demand);
  } catch (error) {
    // What fails now must not hide the first failure.
    await app.application.close().catch(() => {});
    throw error;
  }
  await app.application.close();
  demand.equal([...app.warnings], [], 'the warnings of the library');
  app.recorder.verify();
}
