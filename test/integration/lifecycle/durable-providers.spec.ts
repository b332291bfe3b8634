import type { IncomingMessage } from 'node:http';
import { afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import {
  type CanActivate,
  Controller,
  type DynamicModule,
  Get,
  Inject,
  Injectable,
  Module,
  Scope,
  UseGuards,
} from '@nestjs/common';
import { type ContextId, ContextIdFactory, type HostComponentInfo, REQUEST } from '@nestjs/core';
import { SamplingDecision, type TracingOptions } from 'nestjs-traced';
import { dedent, traceAsText } from 'nestjs-traced/testing';
import {
  type StartedApplication,
  startApplication,
} from '../../../lib/testing/contracts/http-server/start-application.js';
import { givenSampler } from '../../support/given-sampler.js';
import { PLATFORMS } from '../http/application/platforms.js';

interface TenantRequest {
  readonly tenant: string;
}

const tenants = new Map<string, ContextId>();

/** One context for all requests of a tenant, as Nest's documentation shows it. */
function attach(contextId: ContextId, request: IncomingMessage) {
  const tenant = String(request.headers['x-tenant']);
  const tenantId = tenants.get(tenant) ?? ContextIdFactory.create();
  tenants.set(tenant, tenantId);
  return {
    resolve: (info: HostComponentInfo) => (info.isTreeDurable ? tenantId : contextId),
    payload: { tenant },
  };
}

let createdCount = 0;

@Injectable({ scope: Scope.REQUEST, durable: true })
class Stock {
  readonly number = ++createdCount;

  constructor(@Inject(REQUEST) private readonly request: TenantRequest) {}

  describe(): string {
    return `${this.request.tenant} ${this.number}`;
  }
}

@Injectable({ scope: Scope.REQUEST, durable: true })
class TenantGuard implements CanActivate {
  constructor(private readonly stock: Stock) {}

  canActivate(): boolean {
    return this.stock.describe() !== '';
  }
}

@Controller('stock')
@UseGuards(TenantGuard)
class StockController {
  constructor(private readonly stock: Stock) {}

  @Get()
  find(): string {
    return this.stock.describe();
  }
}

@Module({})
class StockModule {
  static with(tracing: DynamicModule): DynamicModule {
    return {
      module: StockModule,
      imports: [tracing],
      controllers: [StockController],
      providers: [Stock],
    };
  }
}

beforeAll(() => ContextIdFactory.apply({ attach }));

describe.each(PLATFORMS)('durable providers on $name', (platform) => {
  let app: StartedApplication;
  let isSampled: boolean;

  async function start(tracing: TracingOptions): Promise<void> {
    tenants.clear();
    createdCount = 0;
    isSampled = true;
    const sampler = givenSampler(() => ({
      decision: isSampled ? SamplingDecision.RECORD_AND_SAMPLED : SamplingDecision.NOT_RECORD,
    }));
    app = await startApplication(platform, {
      module: StockModule.with,
      tracing: { sampler, ...tracing },
    });
  }

  async function ask(tenant: string): Promise<string> {
    const response = await fetch(`${app.url}/stock`, { headers: { 'x-tenant': tenant } });
    return response.text();
  }

  async function nextTrace(): Promise<string> {
    return traceAsText(await app.recorder.takeNextTrace(), { attributes: false });
  }

  afterEach(async () => {
    await app.application.close();
    expect(app.warnings).toEqual([]);
    app.recorder.verify();
  });

  it.each<[string, TracingOptions, string]>([
    [
      "lifecycle: 'all'",
      { lifecycle: 'all' },
      dedent`
        GET /stock [server]
          TenantGuard.canActivate
          StockController.find
      `,
    ],
    [
      'providers: true',
      { providers: true },
      dedent`
        GET /stock [server]
          Stock.describe
          StockController.find
            Stock.describe
      `,
    ],
    [
      'both',
      { lifecycle: 'all', providers: true },
      dedent`
        GET /stock [server]
          TenantGuard.canActivate
            Stock.describe
          StockController.find
            Stock.describe
      `,
    ],
  ])('have one span for each call, in each request of a tenant: %s', async (_, options, trace) => {
    await start(options);
    isSampled = false;
    expect(await ask('first')).toBe('first 1');
    isSampled = true;
    for (const [tenant, answer] of [
      ['first', 'first 1'],
      ['second', 'second 2'],
      ['first', 'first 1'],
      ['second', 'second 2'],
    ] as const) {
      expect(await ask(tenant)).toBe(answer);
      expect(await nextTrace()).toBe(trace);
    }
    isSampled = false;
    expect(await ask('second')).toBe('second 2');
  });
});
