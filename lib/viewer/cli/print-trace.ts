import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import type { TraceRow } from '../api/trace-row.js';
import type { TraceCommand } from './arguments.js';
import type { Terminal } from './terminal.js';

const PAGE_SIZE = 500;
const TIMEOUT_MILLIS = 10_000;

/** Prints a trace of the viewer that runs on this machine, or writes it to a file. @returns the exit code */
export async function printTrace(command: TraceCommand, terminal: Terminal): Promise<number> {
  try {
    const id = command.id?.length === 32 ? command.id : await findTrace(command);
    if (id === undefined) {
      terminal.err('There is no such trace in the viewer.');
      return 1;
    }
    const { htmlFile } = command;
    const form = htmlFile === undefined ? 'txt' : 'html';
    const { status, body } = await get(command, `/t/${id}.${form}`);
    if (status !== 200) {
      terminal.err(body.trimEnd());
      return 1;
    }
    if (htmlFile === undefined) {
      terminal.out(body.trimEnd());
    } else {
      await writeFile(htmlFile, body);
      terminal.out(`Wrote trace ${id} to ${htmlFile}.`);
    }
    return 0;
  } catch (error) {
    terminal.err((error as Error).message);
    return 1;
  }
}

/** The id of the newest trace that is asked for. */
async function findTrace(command: TraceCommand): Promise<string | undefined> {
  const { id = '', isFailed, service } = command;
  let after: string | undefined;
  do {
    const page = after === undefined ? '' : `&after=${after}`;
    const { status, body } = await get(command, `/api/traces?limit=${PAGE_SIZE}${page}`);
    if (status !== 200) throw new Error(body.trimEnd());
    const list = JSON.parse(body) as { traces: TraceRow[]; after?: string };
    const found = list.traces.find(
      (row) =>
        row.id.startsWith(id) &&
        (!isFailed || row.failedCount > 0) &&
        (service === undefined || row.services.includes(service)),
    );
    if (found !== undefined) return found.id;
    after = list.after;
  } while (after !== undefined);
  return undefined;
}

function get(
  { port, token }: TraceCommand,
  path: string,
): Promise<{ readonly status: number; readonly body: string }> {
  const headers = token === undefined ? {} : { authorization: `Bearer ${token}` };
  return new Promise((resolve, reject) => {
    const options = { host: 'localhost', port, path, headers, agent: false };
    const asked = request({ ...options, timeout: TIMEOUT_MILLIS }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response.on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
      response.on('error', reject);
    });
    const fail = (reason: string): void =>
      reject(
        new Error(
          `No viewer answers on port ${port} (${reason}). Start one with: nestjs-traced viewer`,
        ),
      );
    asked.on('timeout', () => {
      fail('no answer in time');
      asked.destroy();
    });
    asked.on('error', (error: NodeJS.ErrnoException) => fail(error.code ?? error.message));
    asked.end();
  });
}
