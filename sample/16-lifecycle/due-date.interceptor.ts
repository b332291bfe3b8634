import {
  type CallHandler,
  type ExecutionContext,
  Injectable,
  type NestInterceptor,
} from '@nestjs/common';
import { map, type Observable } from 'rxjs';
import type { Loan } from './loans-service.js';

/** Maps the response: the event `next ended` shows when this begins. */
@Injectable()
export class DueDateInterceptor implements NestInterceptor<Loan, unknown> {
  intercept(_context: ExecutionContext, next: CallHandler<Loan>): Observable<unknown> {
    return next.handle().pipe(map(({ bookId, dueInDays }) => ({ bookId, due: `${dueInDays} d` })));
  }
}
