import type { SpanRecord } from 'nestjs-traced/viewer';
import { type DemoRequest, SCENARIO } from '../scenario.js';
import { OtlpReceiver } from './otlp-receiver.js';
import { describeTrace, INTRODUCTION, type Print } from './report.js';
import { type DemoResponse, send } from './send.js';
import { balance } from './span-balance.js';
import { serviceOf } from './span-facts.js';
import { tracesOf, treeOf } from './span-tree.js';
import { TracedServices } from './traced-services.js';

/**
 * Starts the services, sends the requests of the scenario, stops the services and shows the traces.
 *
 * @returns true if every trace came as it must and no span was lost
 * @throws Error if a service fails
 */
export async function runDemo(print: Print): Promise<boolean> {
  const receiver = new OtlpReceiver();
  const services = new TracedServices();
  print(...INTRODUCTION);
  try {
    const gatewayUrl = await services.start(await receiver.listen());
    const exchanges: Exchange[] = [];
    for (const request of SCENARIO) {
      exchanges.push({ request, response: await send(gatewayUrl, request) });
    }
    const countsByService = await services.stop();

    const { spans } = receiver;
    const traces = tracesOf(spans);
    const problems = exchanges.flatMap(({ request, response }, index) => {
      const trace = traces.get(response.traceId) ?? [];
      const answer = request.question?.(trace);
      print(...describeTrace(index + 1, request, response, trace, answer));
      return problemsOf({ request, response, trace, answer });
    });
    if (traces.size !== SCENARIO.length) {
      problems.push(`${SCENARIO.length} requests left ${traces.size} traces`);
    }
    const { lostCount, problems: imbalances } = balance(countsByService, spans);
    for (const problem of [...problems, ...imbalances]) print(`Problem: ${problem}`);
    const serviceCount = new Set(spans.map(serviceOf)).size;
    print(
      `${traces.size} traces, ${spans.length} spans, ${serviceCount} services, ${lostCount} lost`,
    );
    return problems.length === 0 && imbalances.length === 0;
  } finally {
    services.kill();
    receiver.close();
  }
}

interface Exchange {
  readonly request: DemoRequest;
  readonly response: DemoResponse;
}

function problemsOf({
  request,
  response,
  trace,
  answer,
}: Exchange & { trace: readonly SpanRecord[]; answer: string | undefined }): string[] {
  const { headline, expectedStatus, expectedTree, question } = request;
  const problems: string[] = [];
  if (response.status !== expectedStatus) {
    problems.push(`"${headline}" was answered ${response.status}, not ${expectedStatus}`);
  }
  const outline = treeOf(trace);
  if (outline !== expectedTree) {
    problems.push(
      `"${headline}" left another trace than it must.\nExpected:\n${expectedTree}\nReceived:\n${outline}`,
    );
  }
  if (question !== undefined && answer === undefined) {
    problems.push(`The trace of "${headline}" does not answer what it must`);
  }
  return problems;
}
