import { afterEach, describe, expect, it } from '@jest/globals';
import { type DynamicModule, Module } from '@nestjs/common';
import { ApplicationModule } from '../../../lib/testing/contracts/http-server/application/application.module.js';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { hostileProviders } from '../../support/hostile-providers.js';
import { PLATFORMS } from '../http/application/platforms.js';

@Module({})
class HostileModule {
  static with(providers: readonly object[]): (tracing: DynamicModule) => DynamicModule {
    return (tracing) => ({
      module: HostileModule,
      imports: [ApplicationModule.with(tracing)],
      // Of a value Nest itself would ask for the prototype.
      providers: providers.map((provider, index) => ({
        provide: `hostile ${index}`,
        useFactory: () => provider,
      })),
    });
  }
}

describe.each(PLATFORMS)('an application on $name', (platform) => {
  let app: StartedApplication;

  afterEach(async () => {
    await app.application.close();
    app.recorder.verify();
  });

  it.each(Object.entries(hostileProviders))(
    'starts with a provider that refuses to be read: %s',
    async (_, provider) => {
      app = await startApplication(platform, { module: HostileModule.with([provider]) });
      expect((await fetch(`${app.url}/orders`)).status).toBe(200);
      const spans = await app.recorder.takeNextTrace();
      expect(spans.map(({ name }) => name)).toContain('GET /orders');
      expect(app.warnings).toEqual([]);
    },
  );
});
