import { FastifyAdapter } from '@nestjs/platform-fastify';

/** The platform the application runs on. */
export function createAdapter(): FastifyAdapter {
  return new FastifyAdapter();
}
