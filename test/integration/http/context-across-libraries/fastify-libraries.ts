import fastifyCompress from '@fastify/compress';
import fastifyCookie from '@fastify/cookie';
import fastifyMultipart from '@fastify/multipart';
import { Authenticator, Strategy } from '@fastify/passport';
import fastifySession from '@fastify/session';
import type { INestApplication } from '@nestjs/common';
import cookieSession from 'cookie-session';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { CallbackPool } from '../application/callback-pool.js';
import { CallbackStoreMethods } from './callback-store.js';
import { steps } from './steps.js';

interface User {
  readonly id: string;
}

/** Registers the plugins of Fastify, and a middleware of Express. */
export async function useFastifyLibraries(
  application: INestApplication,
  pool: CallbackPool,
): Promise<void> {
  const fastify: FastifyInstance = application.getHttpAdapter().getInstance();
  const authenticator = new Authenticator();
  authenticator.use(
    'custom',
    new (class extends Strategy {
      override authenticate(request: FastifyRequest): void {
        const id = request.url.split('/')[2] as string;
        steps.take('strategy', id);
        setImmediate(() => this.success({ id }));
      }
    })('custom'),
  );
  authenticator.registerUserSerializer(async (user: User) => {
    steps.take('serialize user', user.id);
    await new Promise<void>((resolve) => pool.run(resolve));
    return user.id;
  });
  authenticator.registerUserDeserializer(async (id: string) => {
    steps.take('deserialize user', id);
    await new Promise<void>((resolve) => pool.run(resolve));
    return { id };
  });
  await fastify.register(fastifyCompress, { threshold: 0 });
  await fastify.register(fastifyMultipart);
  await fastify.register(fastifyCookie);
  await fastify.register(fastifySession, {
    store: new CallbackStoreMethods(pool) as never,
    secret: 's'.repeat(32),
    saveUninitialized: false,
    cookie: { secure: false },
  });
  await fastify.register(authenticator.initialize());
  await fastify.register(authenticator.secureSession());
  const logIn = authenticator.authenticate('custom');
  fastify.addHook('preValidation', async function (request, reply): Promise<void> {
    if (request.url.startsWith('/login/')) await logIn.call(this, request, reply);
  });
  application.use('/visits', cookieSession({ name: 'visit', keys: ['k'] }));
}
