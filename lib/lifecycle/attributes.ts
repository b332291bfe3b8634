// `nestjs.type`, `nestjs.controller` and `nestjs.callback` are those of OpenTelemetry's
// `@opentelemetry/instrumentation-nestjs-core`. The semantic conventions do not define attributes for Nest.

/** The part of the lifecycle: one of `LifecycleStage`. */
export const NESTJS_TYPE = 'nestjs.type';
/** The class of the handler, such as `OrdersController`; also of gateways and resolvers. */
export const NESTJS_CONTROLLER = 'nestjs.controller';
/** The method of the handler, such as `find`. */
export const NESTJS_CALLBACK = 'nestjs.callback';
/** Our own: whether a guard lets the request pass. */
export const NESTJS_GUARD_ALLOWED = 'nestjs.guard.allowed';
/** Our own: the parameter that a pipe transforms, such as `body` or `param.id`. */
export const NESTJS_PIPE_PARAMETER = 'nestjs.pipe.parameter';
