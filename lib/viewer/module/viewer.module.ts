import {
  type DynamicModule,
  Inject,
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Diagnostics } from '../../diagnostics.js';
import { VIEWER_DESTINATION } from '../../viewer-destination.js';
import { readEnvironment } from '../environment.js';
import { RunningViewer } from './running-viewer.js';
import { startViewer } from './start-viewer.js';
import {
  checkViewerOptions,
  isViewerEnabled,
  type TracingViewerOptions,
} from './viewer-options.js';

const OWNER = 'TracingViewerModule';

/** Closes the viewer with its application. */
@Injectable()
class ViewerLifecycle implements OnApplicationShutdown {
  constructor(@Inject(VIEWER_DESTINATION) private readonly viewer: RunningViewer | undefined) {}

  async onApplicationShutdown(): Promise<void> {
    await this.viewer?.shutdown();
  }
}

/**
 * Shows the traces of the application while you develop it: a server on this machine that receives spans and
 * shows traces. Import it beside `TracingModule`, which then sends it all spans, also without an exporter.
 *
 * It runs in a thread of its own, and not at all where `NODE_ENV` is `production` or `test`. Several services on
 * one machine share one viewer: the first one that starts hosts it.
 *
 * @example
 * \@Module({ imports: [TracingModule.forRoot({ serviceName: 'orders' }), TracingViewerModule.forRoot()] })
 * export class AppModule {}
 */
@Module({})
export class TracingViewerModule {
  /**
   * Creates the module.
   *
   * @throws TracingConfigError for an option that cannot be used
   */
  static forRoot(options: TracingViewerOptions = {}): DynamicModule {
    const isEnabled = isViewerEnabled(OWNER, options, readEnvironment());
    const settings = checkViewerOptions(OWNER, options, isEnabled);
    if (!isEnabled) return { module: TracingViewerModule };
    const log = new Logger('TracingViewer');
    return {
      module: TracingViewerModule,
      global: true,
      providers: [
        {
          provide: VIEWER_DESTINATION,
          useFactory: async (): Promise<RunningViewer | undefined> => {
            const started = await startViewer(settings, log, new Diagnostics(log));
            return started && new RunningViewer(started, settings);
          },
        },
        ViewerLifecycle,
      ],
      exports: [VIEWER_DESTINATION],
    };
  }
}
