import { setTimeout as wait } from 'node:timers/promises';
import {
  type CanActivate,
  type ExecutionContext,
  Injectable,
  UnauthorizedException,
} from '@nestjs/common';
import { Tracer } from 'nestjs-traced';

/** A guard with work of its own: the trace shows how long each request waits for it. */
@Injectable()
export class MembersGuard implements CanActivate {
  constructor(private readonly tracer: Tracer) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { headers } = context.switchToHttp().getRequest<{ headers: Record<string, string> }>();
    const card = headers['x-card'];
    if (card === undefined) throw new UnauthorizedException('Show your card');
    return this.tracer.trace('look up member', async () => {
      await wait(5);
      return card !== 'blocked';
    });
  }
}
