import { APP_INTERCEPTOR } from '@nestjs/core';
import { HttpTracingInterceptor } from 'nestjs-traced';

/** As `ours`, with the interceptor bound for all controllers, as one may who wants it. */
export { flush, imports, tracedMethod } from './ours.js';

export const providers = [{ provide: APP_INTERCEPTOR, useClass: HttpTracingInterceptor }];
