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

/** Ties a tracing to the life of its application. */
@Injectable()
export class TracingLifecycle
  implements OnModuleInit, OnApplicationBootstrap, OnApplicationShutdown
{
  constructor(
    @Inject(Tracing) private readonly tracing: Tracing,
    @Inject(ModulesContainer) private readonly modules: ModulesContainer,
  ) {}

  /** So that a `@Traced` method that nothing traced calls finds its own application's tracer. */
  onModuleInit(): void {
    const { tracer, diagnostics } = this.tracing;
    const trouble = 'A provider could not be assigned to its application';
    visitInstances(this.modules, diagnostics, trouble, (instance) => {
      assignTracer(instance, tracer);
    });
  }

  /** By now other modules have registered their meter provider, if they have one. */
  onApplicationBootstrap(): void {
    this.tracing.observeSelf();
  }

  /** After the servers have been closed, so that the spans of their last requests have ended. */
  async onApplicationShutdown(): Promise<void> {
    await this.tracing.shutdown();
  }
}
