import {
  Inject,
  Injectable,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { Tracing } from '../assembly/tracing.js';
import { assignTracer } from '../context/index.js';
import { visitInstances } from './provider-instances.js';

/** Connects the tracing to the lifecycle hooks of its application. */
@Injectable()
export class TracingLifecycle
  implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  constructor(
    @Inject(Tracing) private readonly tracing: Tracing,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** Assigns the tracer to all instances, for `@Traced` methods that are called without an active span. */
  onModuleInit(): void {
    const { tracer, diagnostics } = this.tracing;
    const trouble =
      'A provider could not be assigned to its application. Its @Traced methods can use the tracer of another application';
    visitInstances(this.modules, diagnostics, trouble, (instance) => {
      assignTracer(instance, tracer);
    });
  }

  /** Exposes the metrics, if another module has registered a meter provider in the meantime. */
  onApplicationBootstrap(): void {
    this.tracing.observeSelf();
  }

  /** Nest calls this hook after the servers are closed, so the spans of the last requests have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.tracing.shutdown();
  }
}
