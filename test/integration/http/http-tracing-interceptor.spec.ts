import { Readable } from 'node:stream';
import { afterEach, describe, expect, it } from '@jest/globals';
import {
  Controller,
  Get,
  Inject,
  Module,
  Param,
  StreamableFile,
  UseInterceptors,
} from '@nestjs/common';
import { HttpTracingInterceptor } from '../../../lib/nest/http/index.js';
import { ask, nextTrace } from '../../../lib/testing/contracts/http-server/ask.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { Tracer } from '../../../lib/trace/index.js';
import { PLATFORMS } from './application/platforms.js';

@Controller('items')
@UseInterceptors(HttpTracingInterceptor)
class ItemsController {
  constructor(@Inject(Tracer) private readonly tracer: Tracer) {}

  @Get(':id')
  async find(@Param('id') id: string): Promise<string> {
    await Promise.resolve();
    return this.tracer.trace('inside', () => id);
  }

  @Get('fails/now')
  fail(): never {
    throw new Error('no item');
  }

  @Get('file/broken')
  file(): StreamableFile {
    async function* read(): AsyncGenerator<Buffer> {
      yield Buffer.from('first ');
      await new Promise(setImmediate);
      throw new Error('disk gone');
    }
    return new StreamableFile(Readable.from(read()));
  }
}

@Module({ controllers: [ItemsController] })
class ItemsModule {}

describe.each(PLATFORMS)('an interceptor bound by hand on $name', (platform) => {
  let app: StartedApplication;

  const start = async (server: boolean): Promise<void> => {
    app = await startApplication(platform, {
      tracing: { http: { server } },
      module: (tracing) => ({ module: ItemsModule, imports: [tracing] }),
    });
  };

  afterEach(async () => {
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  it.each([
    ['makes the span where servers are not traced', false],
    ['makes no second span where servers are traced', true],
  ])('%s', async (_, server) => {
    await start(server);
    expect((await ask(app, '/items/7')).trace).toBe(
      'GET /items/:id [server] code.function.name=ItemsController.find http.response.status_code=200\n' +
        '  inside',
    );
    expect((await ask(app, '/items/fails/now')).trace).toBe(
      'GET /items/fails/now [server] code.function.name=ItemsController.fail error.type=Error ' +
        'http.response.status_code=500 ERROR "no item" exception Error',
    );
    await expect(
      fetch(`${app.url}/items/file/broken`).then((answer) => answer.text()),
    ).rejects.toThrow();
    expect(await nextTrace(app)).toBe(
      'GET /items/file/broken [server] code.function.name=ItemsController.file error.type=Error ' +
        'http.response.status_code=200 ERROR "disk gone" exception Error',
    );
  });
});
