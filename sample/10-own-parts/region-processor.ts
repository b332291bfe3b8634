import { Injectable } from '@nestjs/common';
import type { RecordingSpan, SpanProcessor } from 'nestjs-traced';
import { Settings } from './settings.js';

/** Sets the region on every span. */
@Injectable()
export class RegionProcessor implements SpanProcessor {
  constructor(private readonly settings: Settings) {}

  // Runs inside the code that starts the span, so it must be fast.
  onStart(span: RecordingSpan): void {
    span.setAttribute('cloud.region', this.settings.region);
  }

  onEnd(): void {}

  async forceFlush(): Promise<void> {}

  async shutdown(): Promise<void> {}
}
