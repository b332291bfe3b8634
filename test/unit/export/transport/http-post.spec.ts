import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { SendError, type SenderResponse } from '../../../../lib/export/sender.js';
import {
  HttpSender,
  type HttpSenderOptions,
} from '../../../../lib/export/transport/http-sender.js';
import { createRetryPolicy } from '../../../../lib/export/transport/retry-policy.js';
import { type Answer, accept, Collector } from '../../../integration/export/collector.js';
import { findRefusingUrl, RawServer } from '../../../integration/export/raw-server.js';
import { until } from '../../../support/until.js';

const BODY = Buffer.from('a body');
const servers: { stop(): Promise<void> }[] = [];
const senders: HttpSender[] = [];

async function startCollector(answer: Answer): Promise<Collector> {
  const collector = await Collector.start(answer);
  servers.push(collector);
  return collector;
}

/** A body that is ready to be sent. */
interface Operation {
  run(): Promise<SenderResponse>;
  stopRetrying(): void;
  abort(reason: string): void;
  /** The messages of the tries that were followed by another. */
  readonly retried: string[];
}

function operate(url: string, options: Partial<HttpSenderOptions> = {}): Operation {
  const timeoutMillis = options.timeoutMillis ?? 5000;
  const sender = new HttpSender({
    owner: 'Test',
    url: new URL(url),
    headers: { 'api-key': 'secret', 'user-agent': 'test' },
    contentType: 'text/plain',
    isCompressed: false,
    retry: createRetryPolicy('Test', { initialBackoffMillis: 1, maxBackoffMillis: 5 }),
    timeoutMillis,
    ...options,
  });
  senders.push(sender);
  const controller = new AbortController();
  const retried: string[] = [];
  const control = {
    deadline: performance.now() + timeoutMillis,
    signal: controller.signal,
    onRetry: ({ message }: Error) => retried.push(message),
  };
  return {
    run: () => sender.send(BODY, control),
    stopRetrying: () => sender.endSoon(),
    abort: (reason) => controller.abort(new Error(reason)),
    retried,
  };
}

async function failureOf(operation: Operation): Promise<SendError> {
  const error = await operation.run().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SendError)) throw new Error(`No SendError: ${String(error)}`);
  return error;
}

/** Answers with each status in turn, and with the last of them from then on. */
function statuses(...list: number[]): Answer {
  return (_request, response, index) => {
    response.writeHead(list[Math.min(index, list.length - 1)] as number).end();
  };
}

afterEach(async () => {
  for (const sender of senders.splice(0)) {
    sender.endSoon();
    await sender.close();
  }
  for (const server of servers.splice(0)) await server.stop();
});

describe('a body that HttpSender sends', () => {
  it('sends once what is taken at once', async () => {
    const collector = await startCollector(accept);
    await operate(collector.url).run();
    expect(collector.requests).toMatchObject([
      { headers: { 'api-key': 'secret', 'content-type': 'text/plain' }, body: BODY },
    ]);
  });

  it.each([200, 202, 204])('takes %i for success', async (status) => {
    const collector = await startCollector(statuses(status));
    await operate(collector.url).run();
    expect(collector.requests).toHaveLength(1);
  });

  it.each([429, 502, 503, 504])('sends the same again after %i', async (status) => {
    const collector = await startCollector(statuses(status, status, 200));
    const operation = operate(collector.url);
    await operation.run();
    expect(collector.requests.map(({ body }) => body)).toEqual([BODY, BODY, BODY]);
    expect(operation.retried).toEqual([
      expect.stringMatching(new RegExp(`/v1/traces: ${status} [\\w ]+$`)),
      expect.stringMatching(new RegExp(`/v1/traces: ${status} [\\w ]+ \\(after 2 tries\\)$`)),
    ]);
  });

  it.each([301, 302, 304, 400, 401, 403, 404, 405, 413, 415, 500, 501, 505])(
    'does not send again after %i',
    async (status) => {
      const collector = await startCollector(statuses(status));
      const error = await failureOf(operate(collector.url));
      expect(error.message).toMatch(
        new RegExp(`^POST http://127\\.0\\.0\\.1:\\d+/v1/traces: ${status} `),
      );
      expect(error).toMatchObject({ status, isTooLong: status === 413 });
      expect(collector.requests).toHaveLength(1);
    },
  );

  it('gives up after as many tries as it may, and says how many', async () => {
    const collector = await startCollector(statuses(503));
    const retry = createRetryPolicy('Test', { maxRetries: 2, initialBackoffMillis: 1 });
    const error = await failureOf(operate(collector.url, { retry }));
    expect(error.message).toMatch(/: 503 Service Unavailable \(after 3 tries\)$/);
    expect(collector.requests).toHaveLength(3);
  });

  it('gives up when no time is left for another try', async () => {
    const collector = await startCollector(statuses(503));
    const retry = createRetryPolicy('Test', {
      initialBackoffMillis: 10_000,
      maxBackoffMillis: 10_000,
    });
    const error = await failureOf(operate(collector.url, { retry, timeoutMillis: 3000 }));
    expect(error.message).toMatch(
      /: 503 Service Unavailable, and the 3000 ms for an export are over$/,
    );
    expect(collector.requests).toHaveLength(1);
  });

  it('tries again when nobody listens', async () => {
    const retry = createRetryPolicy('Test', { maxRetries: 1, initialBackoffMillis: 1 });
    const error = await failureOf(operate(await findRefusingUrl(), { retry }));
    expect(error.message).toMatch(
      /: connect ECONNREFUSED \S+: nothing listens there\. .* \(after 2 tries\)$/,
    );
    expect(error.status).toBeUndefined();
  });

  it('tries again when the connection is closed without an answer', async () => {
    const server = await RawServer.start((socket, index) => {
      if (index < 2) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    servers.push(server);
    await operate(server.url).run();
    expect(server.requestCount).toBe(3);
  });

  it('does not wait when a connection was closed while it lay idle', async () => {
    const server = await RawServer.start((socket, index) => {
      if (index === 1) socket.destroy();
      else socket.write('HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n');
    });
    servers.push(server);
    const operation = operate(server.url, { retry: createRetryPolicy('Test', { maxRetries: 0 }) });
    await operation.run();
    await operation.run();
    expect([server.requestCount, server.connectionCount]).toEqual([3, 2]);
  });

  it('does not try again what broke off in the middle of the answer', async () => {
    const server = await RawServer.start((socket) =>
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhalf', () => socket.destroy()),
    );
    servers.push(server);
    expect((await failureOf(operate(server.url))).message).toMatch(
      /the response was cut off: aborted$/,
    );
    expect(server.requestCount).toBe(1);
  });

  it.each<[string, () => string, number]>([
    ['seconds', () => '1', 1000],
    ['a date', () => new Date(Date.now() + 1500).toUTCString(), 100],
  ])('waits as long as it is asked to, in %s', async (_, header, leastMillis) => {
    const collector = await startCollector((_request, response, index) => {
      if (index > 0) response.end();
      else response.writeHead(429, { 'retry-after': header() }).end();
    });
    const setTimer = jest.spyOn(globalThis, 'setTimeout');
    await operate(collector.url).run();
    const waits = setTimer.mock.calls.map(([, millis]) => millis ?? 0);
    setTimer.mockRestore();
    // The time for all is 5000 ms, and the wait that it would choose by itself 5 ms at most.
    expect(waits.filter((millis) => millis >= leastMillis && millis <= 1500)).toHaveLength(1);
    expect(collector.requests).toHaveLength(2);
  });

  it('gives up at once when it is asked to wait longer than there is time', async () => {
    const collector = await startCollector((_request, response) => {
      response.writeHead(503, { 'retry-after': '3600' }).end();
    });
    const error = await failureOf(operate(collector.url));
    expect(error.message).toMatch(
      /: 503 Service Unavailable, to be sent again after 3600 s, which is later than the 5000 ms for an export$/,
    );
  });

  it('gives up when the time is over and there is no answer', async () => {
    const collector = await startCollector(() => {});
    const error = await failureOf(operate(collector.url, { timeoutMillis: 30 }));
    expect(error.message).toMatch(/: no response within 30 ms$/);
  });

  it('gives up when the time is over in the middle of an answer', async () => {
    const server = await RawServer.start((socket) => socket.write('HTTP/1.1 200 OK\r\n'));
    servers.push(server);
    const error = await failureOf(operate(server.url, { timeoutMillis: 50 }));
    expect(error.message).toMatch(/: no response within 50 ms$/);
  });

  it.each([307, 308])(
    'follows %i with method and body, and all headers on the same host',
    async (status) => {
      const collector = await startCollector((request, response) => {
        if (request.path === '/v1/traces') response.writeHead(status, { location: '/moved' }).end();
        else response.end();
      });
      await operate(collector.url).run();
      expect(collector.requests).toMatchObject([
        { path: '/v1/traces' },
        { method: 'POST', path: '/moved', headers: { 'api-key': 'secret' }, body: BODY },
      ]);
    },
  );

  it('does not give the headers of the user to another host', async () => {
    const other = await startCollector(accept);
    const collector = await startCollector((_request, response) => {
      response.writeHead(307, { location: other.url }).end();
    });
    await operate(collector.url).run();
    expect(other.requests).toMatchObject([
      { headers: { 'content-type': 'text/plain' }, body: BODY },
    ]);
    expect(other.requests[0]?.headers).not.toHaveProperty('api-key');
  });

  it('tries again where it was sent to', async () => {
    const other = await startCollector(statuses(503, 200));
    const collector = await startCollector((_request, response) => {
      response.writeHead(308, { location: other.url }).end();
    });
    await operate(collector.url).run();
    expect([collector.requests.length, other.requests.length]).toEqual([1, 2]);
  });

  it('does not run in circles', async () => {
    const collector = await startCollector((request, response) => {
      response.writeHead(307, { location: request.path }).end();
    });
    expect((await failureOf(operate(collector.url))).message).toMatch(/: more than 5 redirects$/);
    expect(collector.requests).toHaveLength(6);
  });

  it.each(['ftp://host/', 'http://', 'javascript:alert(1)'])(
    'does not follow %s',
    async (location) => {
      const collector = await startCollector((_request, response) => {
        response.writeHead(307, { location }).end();
      });
      expect((await failureOf(operate(collector.url))).message).toMatch(
        /: 307, a redirect that must not be followed$/,
      );
    },
  );

  it('fails on a redirect to nowhere', async () => {
    const collector = await startCollector(statuses(307));
    expect((await failureOf(operate(collector.url))).message).toMatch(/: 307 Temporary Redirect$/);
  });

  it('shows no password in what it says', async () => {
    const collector = await startCollector(statuses(400));
    const url = collector.url.replace('http://', 'http://user:secret@');
    const { message } = await failureOf(operate(`${url}?key=secret`));
    expect(message).toMatch(
      /^POST http:\/\/\*\*\*@127\.0\.0\.1:\d+\/v1\/traces\?\*\*\*: 400 Bad Request$/,
    );
  });

  it('does not try again once it is told so, and ends its wait', async () => {
    const collector = await startCollector(statuses(503));
    const retry = createRetryPolicy('Test', { initialBackoffMillis: 4000 });
    const operation = operate(collector.url, { retry });
    const failure = failureOf(operation);
    await until(
      () => collector.requests.length === 1,
      () => collector.requests.length,
    );
    operation.stopRetrying();
    expect((await failure).message).toMatch(/: 503 Service Unavailable$/);
    expect(collector.requests).toHaveLength(1);
  });

  it('lets a try that is under way end when it is told to stop', async () => {
    let finish = (): void => {};
    const collector = await startCollector((_request, response) => {
      finish = () => response.end();
    });
    const operation = operate(collector.url);
    const sent = operation.run();
    await until(
      () => collector.requests.length === 1,
      () => collector.requests.length,
    );
    operation.stopRetrying();
    finish();
    expect((await sent).body).toHaveLength(0);
  });

  it('ends its wait when it is aborted, and says why the last try failed', async () => {
    const collector = await startCollector(statuses(503));
    const retry = createRetryPolicy('Test', { initialBackoffMillis: 4000 });
    const operation = operate(collector.url, { retry });
    const failure = failureOf(operation);
    await until(
      () => operation.retried.length === 1,
      () => collector.requests.length,
    );
    operation.abort('enough');
    expect((await failure).message).toMatch(/: 503 Service Unavailable$/);
    expect(collector.requests).toHaveLength(1);
  });

  it('is not sent where it was aborted before', async () => {
    const collector = await startCollector(statuses(200));
    const operation = operate(collector.url);
    operation.abort('enough');
    await expect(operation.run()).rejects.toThrow('enough');
    expect(collector.requests).toHaveLength(0);
  });

  it('ends when it is aborted', async () => {
    const collector = await startCollector(() => {});
    const operation = operate(collector.url);
    const failure = failureOf(operation);
    await until(
      () => collector.requests.length === 1,
      () => collector.requests.length,
    );
    operation.abort('enough');
    expect((await failure).message).toMatch(/: enough$/);
  });
});
