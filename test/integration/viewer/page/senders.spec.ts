import { afterEach, describe, expect, it, jest } from '@jest/globals';
import { Controller, Get, type INestApplication, Module, type Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { TracingModule, tracedFetch } from 'nestjs-traced';
import { TracingViewerModule } from 'nestjs-traced/viewer';
import { isBrowserThere, pagesOfFile } from '../../../support/browser.js';
import { freePort } from '../../../support/free-port.js';
import { silentLogger } from '../../../support/silent-logger.js';
import { buildViewerPage } from '../../../support/viewer-page.js';

// The package's build puts the page there; the sources have none.
jest.unstable_mockModule('../../../../lib/viewer/server/page-bytes.js', async () => {
  const { gzip, policy } = await buildViewerPage();
  return { PAGE_GZIP: gzip.toString('base64'), PAGE_POLICY: policy };
});

const openPage = pagesOfFile();
const applications: INestApplication[] = [];
afterEach(async () => {
  for (const application of applications.splice(0).reverse()) await application.close();
});

/** Starts an application with tracing and a viewer. @returns its address */
async function boot(serviceName: string, port: number, controller: Type): Promise<string> {
  @Module({
    imports: [
      TracingModule.forRoot({ serviceName, registerGlobally: false }),
      TracingViewerModule.forRoot({ enabled: true, port, grpcPort: false }),
    ],
    controllers: [controller],
  })
  class AppModule {}
  const application = await NestFactory.create(AppModule, { logger: silentLogger });
  applications.push(application);
  await application.listen(0, '127.0.0.1');
  return application.getUrl();
}

@Controller()
class OrdersController {
  @Get('orders/:id')
  find(): { id: number } {
    return { id: 7 };
  }
}

(isBrowserThere() ? describe : describe.skip)('two applications with TracingViewerModule', () => {
  it('share one page, which shows a request through both as soon as it is over', async () => {
    const port = await freePort();
    const orders = await boot('orders', port, OrdersController);

    @Controller()
    class GatewayController {
      @Get('shop/:id')
      async find(): Promise<unknown> {
        return (await tracedFetch(`${orders}/orders/7`)).json();
      }
    }
    const gateway = await boot('gateway', port, GatewayController);
    const page = await openPage();
    await page.goto(`http://localhost:${port}/`);
    await page.locator('.live-live').waitFor();
    expect(await (await fetch(`${gateway}/shop/7`)).json()).toEqual({ id: 7 });
    const row = page.locator('.trace-row', { hasText: 'GET /shop/:id' });
    await row.getByText('orders').first().waitFor();
    await row.getByRole('link').click();
    await page.getByRole('row', { name: /GET \/orders\/:id/ }).waitFor();
    await page.getByRole('row', { name: /GET \/shop\/:id/ }).waitFor();
  }, 60_000);
});
