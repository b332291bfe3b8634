import { get } from 'node:http';
import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Controller, Get, Module, Param } from '@nestjs/common';
import { nextTrace } from '../../../lib/testing/contracts/http-server/ask.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { PLATFORMS } from './application/platforms.js';

class DiskError extends Error {}

type When = 'early' | 'late' | 'never';

async function* read(when: When): AsyncGenerator<string> {
  if (when !== 'early') yield 'first ';
  for (; when === 'never'; await wait(1)) yield 'more ';
  await wait(5);
  throw new DiskError('disk gone');
}

const web = (when: When): ReadableStream =>
  ReadableStream.from(
    (async function* () {
      for await (const text of read(when)) yield Buffer.from(text);
    })(),
  );

/** What a handler of Nest 12 can return to stream its answer. */
@Controller()
class StreamsController {
  @Get('generator/:when')
  generator(@Param('when') when: When): AsyncGenerator<string> {
    return read(when);
  }

  @Get('readable/:when')
  readable(@Param('when') when: When): Readable {
    return Readable.from(read(when));
  }

  @Get('web/:when')
  web(@Param('when') when: When): ReadableStream {
    return web(when);
  }

  @Get('response/:when')
  response(@Param('when') when: When): Response {
    return new Response(web(when) as never);
  }
}

@Module({ controllers: [StreamsController] })
class StreamsModule {}

describe.each(PLATFORMS)('a streamed body on $name', (platform) => {
  let app: StartedApplication;

  beforeAll(async () => {
    app = await startApplication(platform, {
      module: (tracing) => ({ module: StreamsModule, imports: [tracing] }),
    });
  });
  afterAll(() => app.application.close());
  afterEach(() => {
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  const kinds = ['generator', 'readable', 'web', 'response'];
  const span = (kind: string, rest: string): string =>
    `GET /${kind}/:when [server] code.function.name=StreamsController.${kind} ${rest}`;

  it.each(kinds)('that fails after the headers fails the request: %s', async (kind) => {
    const reading = fetch(`${app.url}/${kind}/late`).then((response) => response.text());
    await expect(reading).rejects.toThrow();
    expect(await nextTrace(app)).toBe(
      span(
        kind,
        'error.type=DiskError http.response.status_code=200 ERROR "disk gone" exception DiskError',
      ),
    );
  });

  it.each(kinds)('that fails before the headers is answered: %s', async (kind) => {
    expect((await fetch(`${app.url}/${kind}/early`)).status).toBe(500);
    expect(await nextTrace(app)).toBe(
      span(
        kind,
        'error.type=DiskError http.response.status_code=500 ERROR "disk gone" exception DiskError',
      ),
    );
  });

  it.each(kinds)('is no failure if the client leaves: %s', async (kind) => {
    const request = get(`${app.url}/${kind}/never`, (response) => {
      response.on('error', () => {});
      response.once('data', () => request.destroy());
    });
    expect(await nextTrace(app)).toBe(
      span(kind, 'http.response.status_code=200 (event "request aborted")'),
    );
  });
});
