import type { INestApplication } from '@nestjs/common';
import compression from 'compression';
import cookieSession from 'cookie-session';
import session from 'express-session';
import passport from 'passport';
import { Strategy } from 'passport-custom';
import type { CallbackPool } from '../application/callback-pool.js';
import { CallbackStoreMethods } from './callback-store.js';
import { steps } from './steps.js';

interface User {
  readonly id: string;
}

/** Registers the middleware of Express as applications do, before Nest's own. */
export function useExpressLibraries(application: INestApplication, pool: CallbackPool): void {
  const authenticator = new passport.Passport();
  authenticator.use(
    'custom',
    new Strategy((request, done) => {
      const id = request.originalUrl.split('/')[2] as string;
      steps.take('strategy', id);
      setImmediate(() => done(null, { id }));
    }),
  );
  authenticator.serializeUser((user, done) => {
    const { id } = user as User;
    steps.take('serialize user', id);
    setImmediate(() => done(null, id));
  });
  authenticator.deserializeUser((id: string, done) => {
    steps.take('deserialize user', id);
    pool.run(() => done(null, { id }));
  });
  application.use(compression({ threshold: 0 }));
  application.use(
    ['/login', '/orders', '/uploads'],
    session({
      store: new CallbackStore(pool),
      secret: 's'.repeat(32),
      resave: false,
      saveUninitialized: false,
    }),
    authenticator.initialize(),
    authenticator.session(),
  );
  application.use('/login', authenticator.authenticate('custom'));
  application.use('/visits', cookieSession({ name: 'visit', keys: ['k'] }));
}

class CallbackStore extends session.Store {
  readonly #methods: CallbackStoreMethods;

  constructor(pool: CallbackPool) {
    super();
    this.#methods = new CallbackStoreMethods(pool);
  }

  override get: session.Store['get'] = (id, done) => this.#methods.get(id, done);
  override set: session.Store['set'] = (id, data, done) => this.#methods.set(id, data, done);
  override destroy: session.Store['destroy'] = (id, done) => this.#methods.destroy(id, done);
}
