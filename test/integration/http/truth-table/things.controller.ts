import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import {
  type ArgumentsHost,
  Body,
  type CallHandler,
  type CanActivate,
  Catch,
  Controller,
  Delete,
  type ExceptionFilter,
  type ExecutionContext,
  Get,
  HttpCode,
  HttpException,
  type NestInterceptor,
  NotFoundException,
  Param,
  ParseIntPipe,
  Post,
  Redirect,
  RequestTimeoutException,
  Res,
  Sse,
  StreamableFile,
  UnauthorizedException,
  UseFilters,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import {
  catchError,
  concat,
  interval,
  map,
  NEVER,
  type Observable,
  of,
  throwError,
  timer,
} from 'rxjs';
import { timeout } from 'rxjs/operators';

/** Emits `reached` when the handler of a request runs that the client will give up. */
export const signals = new EventEmitter();

export interface RawResponse extends NodeJS.WritableStream {
  writeHead(status: number): unknown;
  setTimeout(millis: number): unknown;
  destroy(error?: Error): unknown;
}
export type PlatformResponse = RawResponse & {
  readonly raw?: RawResponse;
  /** Fastify: the handler answers by itself. */
  hijack?(): unknown;
};

export const rawOf = (response: PlatformResponse): RawResponse => response.raw ?? response;

export class StockError extends Error {}

class RefusingGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

class TokenGuard implements CanActivate {
  canActivate(): boolean {
    throw new UnauthorizedException('no token');
  }
}

@Catch()
class BrokenFilter implements ExceptionFilter {
  catch(): never {
    throw new StockError('filter broke');
  }
}

interface Answering {
  status(code: number): { send(body: string): void };
}

@Catch(StockError)
class AnsweringFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Answering>().status(409).send('no stock');
  }
}

class TimeoutInterceptor implements NestInterceptor {
  intercept(_execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    const tooLate = catchError(() => throwError(() => new RequestTimeoutException('too slow')));
    return next.handle().pipe(timeout(10), tooLate);
  }
}

interface Message {
  readonly data: string;
}

/** A handler for each way in which a request can end. */
@Controller()
export class ThingsController {
  @Get('things/:id')
  find(@Param('id') id: string): { id: string } {
    return { id };
  }

  @Post('things')
  create(@Body() body: unknown): unknown {
    return body;
  }

  @Delete('things/:id')
  @HttpCode(204)
  remove(): void {}

  @Get('moved')
  @Redirect('/things/1', 302)
  move(): void {}

  @Get('unchanged')
  @HttpCode(304)
  unchanged(): void {}

  @Get('numbered/:number')
  numbered(@Param('number', ParseIntPipe) number: number): number {
    return number;
  }

  @Get('unauthorized')
  @UseGuards(TokenGuard)
  unauthorized(): void {}

  @Get('forbidden')
  @UseGuards(RefusingGuard)
  forbidden(): void {}

  @Get('missing')
  missing(): never {
    throw new NotFoundException('no such thing');
  }

  @Get('teapot')
  teapot(): never {
    throw new HttpException('short and stout', 418, { cause: new Error('tea') });
  }

  @Get('fails')
  fail(): never {
    throw new StockError('no stock');
  }

  @Get('fails/cause')
  async failWithCause(): Promise<never> {
    throw new StockError('no stock', { cause: new Error('no answer', { cause: 'timeout' }) });
  }

  @Get('fails/aggregate')
  async failTogether(): Promise<never> {
    return Promise.any([Promise.reject(new StockError('first')), Promise.reject(new Error('b'))]);
  }

  @Get('filtered')
  @UseFilters(AnsweringFilter)
  filtered(): never {
    throw new StockError('no stock');
  }

  @Get('filtered/broken')
  @UseFilters(BrokenFilter)
  breakFilter(): never {
    throw new NotFoundException('no such thing');
  }

  @Get('late/failure')
  failLate(@Res() response: PlatformResponse): never {
    response.hijack?.();
    rawOf(response).writeHead(200);
    rawOf(response).write('first ');
    throw new StockError('no stock');
  }

  @Get('late/refusal')
  refuseLate(@Res() response: PlatformResponse): never {
    response.hijack?.();
    rawOf(response).writeHead(200);
    rawOf(response).write('first ');
    throw new NotFoundException('no such thing');
  }

  @Get('never')
  never(): Promise<never> {
    signals.emit('reached');
    return new Promise(() => {});
  }

  @Get('half')
  half(@Res() response: PlatformResponse): void {
    rawOf(response).writeHead(200);
    rawOf(response).write('first ');
  }

  @Get('destroyed')
  destroyed(@Res() response: PlatformResponse): void {
    rawOf(response).writeHead(200);
    rawOf(response).write('first ');
    setImmediate(() => rawOf(response).destroy(new StockError('disk gone')));
  }

  @Get('slow')
  @UseInterceptors(TimeoutInterceptor)
  async slow(): Promise<string> {
    signals.emit('reached');
    await wait(100);
    return 'slow';
  }

  @Get('idle')
  idle(@Res() response: PlatformResponse): void {
    rawOf(response).setTimeout(10);
  }

  @Get('stream')
  stream(@Res() response: PlatformResponse): void {
    rawOf(response).writeHead(200);
    Readable.from(['first ', 'second']).pipe(rawOf(response));
  }

  @Get('file')
  file(): StreamableFile {
    return new StreamableFile(Readable.from([Buffer.from('first '), Buffer.from('second')]));
  }

  @Get('file/:when')
  breakFile(@Param('when') when: string): StreamableFile {
    async function* read(): AsyncGenerator<Buffer> {
      if (when === 'late') yield Buffer.from('first ');
      for (; when === 'endless'; await wait(1)) yield Buffer.from('more ');
      await wait(10);
      throw new StockError('disk gone');
    }
    return new StreamableFile(Readable.from(read()));
  }

  @Sse('events')
  events(): Observable<Message> {
    return of({ data: 'first' }, { data: 'second' });
  }

  @Sse('events/later')
  async eventsLater(): Promise<Observable<Message>> {
    await wait(1);
    return of({ data: 'first' });
  }

  @Sse('events/endless')
  endless(): Observable<Message> {
    return interval(1).pipe(map((count) => ({ data: String(count) })));
  }

  @Sse('events/failing')
  failingEvents(): Observable<Message> {
    return concat(
      of({ data: 'first' }),
      throwError(() => new StockError('no stock')),
    );
  }

  @Sse('events/failing/later')
  async failingLater(): Promise<Observable<Message>> {
    await wait(1);
    const failure = timer(5).pipe(
      map((): Message => {
        throw new StockError('no stock');
      }),
    );
    return concat(of({ data: 'first' }), failure);
  }

  @Sse('events/closed')
  closedEvents(): Observable<Message> {
    return concat(
      of({ data: 'first' }),
      throwError(() => new NotFoundException('no more events')),
    );
  }

  @Sse('events/refused')
  refusedEvents(): Promise<Observable<Message>> {
    return Promise.reject(new NotFoundException('no such events'));
  }

  /** Its stream is ready only after the client has gone. */
  @Sse('events/too-late')
  async tooLate(@Res() response: PlatformResponse): Promise<Observable<Message>> {
    signals.emit('reached');
    await new Promise((resolve) => rawOf(response).once('close', resolve));
    return concat(of({ data: 'first' }), NEVER);
  }
}
