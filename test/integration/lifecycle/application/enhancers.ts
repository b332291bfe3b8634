import type { ServerResponse } from 'node:http';
import {
  type ArgumentsHost,
  BadRequestException,
  type CallHandler,
  type CanActivate,
  Catch,
  type ExceptionFilter,
  type ExecutionContext,
  HttpException,
  Injectable,
  type NestInterceptor,
  type NestMiddleware,
  type PipeTransform,
  Scope,
  UnauthorizedException,
} from '@nestjs/common';
import { Tracer } from 'nestjs-traced';
import { delay, lastValueFrom, map, type Observable, of, tap } from 'rxjs';

/** The work of an enhancer, which is inside of the span of the enhancer. */
@Injectable()
export class Work {
  constructor(private readonly tracer: Tracer) {}

  async load(name: string): Promise<void> {
    await this.tracer.trace(name, async () => {});
  }

  mark(name: string): void {
    this.tracer.startSpan(name).end();
  }
}

@Injectable()
export class ClassMiddleware implements NestMiddleware {
  constructor(private readonly work: Work) {}

  async use(_request: unknown, _response: unknown, next: () => void): Promise<void> {
    await this.work.load('load session');
    next();
  }
}

/** Has a new instance for each request. */
@Injectable({ scope: Scope.REQUEST })
export class RequestMiddleware implements NestMiddleware {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  use(_request: unknown, _response: unknown, next: () => void): void {
    this.#work.mark('in request middleware');
    next();
  }
}

export function functionalMiddleware(
  _request: unknown,
  _response: unknown,
  next: () => void,
): void {
  next();
}

/** Answers without `next`, after it has returned. */
export function refuse(_request: unknown, response: ServerResponse): void {
  setImmediate(() => {
    response.statusCode = 403;
    response.end();
  });
}

export function failing(
  _request: unknown,
  _response: unknown,
  next: (error: unknown) => void,
): void {
  next(new TypeError('no store'));
}

@Injectable()
export class ApplicationGuard implements CanActivate {
  constructor(private readonly work: Work) {}

  async canActivate(): Promise<boolean> {
    await this.work.load('load user');
    return true;
  }
}

export class GlobalGuard implements CanActivate {
  canActivate(): boolean {
    return true;
  }
}

export class ObservableGuard implements CanActivate {
  canActivate(): Observable<boolean> {
    return of(true).pipe(delay(1));
  }
}

@Injectable()
export class ClosedGuard implements CanActivate {
  canActivate(): boolean {
    return false;
  }
}

@Injectable()
export class UnauthorizedGuard implements CanActivate {
  async canActivate(): Promise<boolean> {
    throw new UnauthorizedException('who are you?');
  }
}

@Injectable()
export class BrokenGuard implements CanActivate {
  canActivate(): boolean {
    throw new TypeError('the key store is down');
  }
}

@Injectable({ scope: Scope.REQUEST })
export class RequestGuard implements CanActivate {
  readonly #work: Work;

  constructor(work: Work) {
    this.#work = work;
  }

  canActivate(): boolean {
    this.#work.mark('in request guard');
    return true;
  }
}

export class InstancePipe implements PipeTransform {
  transform(value: unknown): unknown {
    return value;
  }
}

@Injectable({ scope: Scope.REQUEST })
export class RequestPipe implements PipeTransform {
  constructor(private readonly work: Work) {}

  async transform(value: unknown): Promise<unknown> {
    await this.work.load('in request pipe');
    return value;
  }
}

@Injectable()
export class RejectingPipe implements PipeTransform {
  async transform(): Promise<never> {
    throw new BadRequestException('not a number');
  }
}

/** Has work before the handler, and in the mapping of its result. */
@Injectable()
export class MappingInterceptor implements NestInterceptor {
  constructor(private readonly work: Work) {}

  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    await this.work.load('before');
    return next.handle().pipe(
      tap(() => this.work.mark('after')),
      map((data) => ({ data })),
    );
  }
}

export class GlobalInterceptor implements NestInterceptor {
  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    return next.handle();
  }
}

@Injectable({ scope: Scope.REQUEST })
export class RequestInterceptor implements NestInterceptor {
  constructor(private readonly work: Work) {}

  intercept(_context: ExecutionContext, next: CallHandler): Observable<unknown> {
    this.work.mark('in request interceptor');
    return next.handle();
  }
}

/** Does not call the handler. */
@Injectable()
export class CachingInterceptor implements NestInterceptor {
  intercept(): Observable<unknown> {
    return of('cached');
  }
}

@Injectable()
export class FailingInterceptor implements NestInterceptor {
  async intercept(_context: ExecutionContext, next: CallHandler): Promise<Observable<unknown>> {
    await lastValueFrom(next.handle());
    throw new RangeError('cannot map');
  }
}

export class OutOfStockError extends Error {
  override readonly name = 'OutOfStockError';
}

interface Reply {
  status(code: number): Reply;
  send(body: string): void;
}

function reply(host: ArgumentsHost, status: number, body: string): void {
  host.switchToHttp().getResponse<Reply>().status(status).send(body);
}

@Catch(OutOfStockError)
export class StockFilter implements ExceptionFilter {
  constructor(private readonly work: Work) {}

  async catch(exception: OutOfStockError, host: ArgumentsHost): Promise<void> {
    await this.work.load('describe');
    reply(host, 409, exception.message);
  }
}

@Catch(HttpException)
export class HttpFilter implements ExceptionFilter {
  catch(exception: HttpException, host: ArgumentsHost): void {
    reply(host, exception.getStatus(), exception.message);
  }
}

@Catch(SyntaxError)
@Injectable({ scope: Scope.REQUEST })
export class RequestFilter implements ExceptionFilter {
  constructor(private readonly work: Work) {}

  catch(_exception: SyntaxError, host: ArgumentsHost): void {
    this.work.mark('in request filter');
    reply(host, 422, 'syntax');
  }
}

@Catch()
export class BrokenFilter implements ExceptionFilter {
  catch(_exception: unknown, host: ArgumentsHost): void {
    reply(host, 500, 'cannot describe');
  }
}
