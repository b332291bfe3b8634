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
import { HttpServerHandler } from '../../http/server/http-server-handler.js';
import { HttpServerOperation } from '../../http/server/http-server-operation.js';

/**
 * For applications that want to choose which handlers have server spans: bind it with
 * `@UseInterceptors(HttpTracingInterceptor)` and switch the rest off with `http: { server: false }`, or
 * with `http: { server: { hooks: false, … } }` where it needs options.
 *
 * Where servers are traced anyway it begins nothing, and names the handler (`code.function.name`) on
 * platforms whose routes do not tell it. By default nothing registers it: an interceptor sees no
 * unknown routes, malformed bodies and refusals of guards, and even one that does nothing costs a
 * good part of an application's throughput.
 */
@Injectable()
export class HttpTracingInterceptor implements NestInterceptor {
  private readonly handler: HttpServerHandler;

  /** @throws TracingConfigError where no `TracingModule` has been imported */
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

    const operation = HttpServerOperation.of(response);
    if (operation !== undefined) {
      operation.functionName = functionName;
      return next.handle();
    }
    const proceed = (): Observable<unknown> => {
      const own = HttpServerOperation.of(response);
      if (own === undefined) return next.handle();
      own.functionName = functionName;
      return next.handle().pipe(tap({ error: (exception) => own.exceptionCaught(exception) }));
    };
    return this.handler.run(request, response, proceed, platformRequest, platformResponse);
  }
}

/** Fastify's objects have Node's in `raw`; Express' are Node's. */
type PlatformObject<T> = T & { readonly raw?: T };
