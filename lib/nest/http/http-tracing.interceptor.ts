import type { IncomingMessage, ServerResponse } from 'node:http';
import {
  type CallHandler,
  type ExecutionContext,
  Inject,
  Injectable,
  type NestInterceptor,
  Optional,
} from '@nestjs/common';
import { type Observable, tap } from 'rxjs';
import { TracingConfigError } from '../../errors.js';
import { HttpServerHandler, operationOf } from '../../http/server/index.js';
import { observeBody } from './observe-body.js';

/**
 * Traces the requests of selected handlers. Bind it with `@UseInterceptors(HttpTracingInterceptor)`, and
 * disable the hooks for all requests with `http: { server: false }`, or with
 * `http: { server: { hooks: false, … } }` to set options.
 *
 * If requests are traced anyway, it starts no span, and only names the handler (`code.function.name`) on
 * platforms whose routes do not have its name. Nothing registers it by default: an interceptor does not
 * see unknown routes, malformed bodies and requests that a guard refuses, and each interceptor reduces the
 * throughput of an application, even if it does nothing.
 */
@Injectable()
export class HttpTracingInterceptor implements NestInterceptor {
  private readonly handler: HttpServerHandler;

  /** @throws TracingConfigError if no `TracingModule` is imported */
  constructor(@Optional() @Inject(HttpServerHandler) handler?: HttpServerHandler) {
    if (handler === undefined) throw TracingConfigError.notRegistered('HttpTracingInterceptor');
    this.handler = handler;
  }

  intercept(execution: ExecutionContext, next: CallHandler): Observable<unknown> {
    if (execution.getType() !== 'http') return next.handle();
    const functionName = `${execution.getClass().name}.${execution.getHandler().name}`;
    const http = execution.switchToHttp();
    const platformRequest = http.getRequest<PlatformObject<IncomingMessage>>();
    const platformResponse = http.getResponse<PlatformObject<ServerResponse>>();
    const request = platformRequest.raw ?? platformRequest;
    const response = platformResponse.raw ?? platformResponse;

    const operation = operationOf(response);
    if (operation !== undefined) {
      operation.functionName = functionName;
      return next.handle();
    }
    const own = this.handler.begin(request, response);
    if (own !== undefined) {
      own.functionName = functionName;
      own.setPlatformResponse(response, platformResponse);
      const template = platformRequest.routeOptions?.url;
      if (typeof template === 'string') own.enterRoute({ template, functionName });
    }
    return this.handler.run(request, response, () =>
      own === undefined
        ? next.handle()
        : next.handle().pipe(
            tap({
              next: (body) => observeBody(body, own),
              error: (exception) => own.exceptionCaught(exception),
            }),
          ),
    );
  }
}

/** Fastify's objects contain Node's in `raw`; Express uses Node's. */
type PlatformObject<T> = T & {
  readonly raw?: T;
  readonly routeOptions?: { readonly url?: unknown };
};
