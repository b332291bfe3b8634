import { ExpressAdapter } from '@nestjs/platform-express';

/** The platform the application runs on; a consumer on another brings a file of this name. */
export function createAdapter(): ExpressAdapter {
  return new ExpressAdapter();
}
