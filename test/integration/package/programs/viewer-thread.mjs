import 'reflect-metadata';
import { execFileSync } from 'node:child_process';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadDoors } from './load-doors.mjs';

// node viewer-thread.mjs FORMAT: starts an application with a viewer, sends it a span, and asks the viewer for its
// traces from another process, while this thread can do nothing.
const doors = await loadDoors(process.argv[2], ['.', './viewer']);
const { Tracer, Tracing, TracingModule } = doors['.'];
const { TracingViewerModule } = doors['./viewer'];

class AppModule {}
Module({
  imports: [
    TracingModule.forRoot({ serviceName: 'orders' }),
    TracingViewerModule.forRoot({ enabled: true, port: 0, grpcPort: false }),
  ],
})(AppModule);

const warnings = [];
const logger = { log() {}, error() {}, warn: (message) => warnings.push(message) };
const app = await NestFactory.createApplicationContext(AppModule, { logger });
const { url } = app.get(Symbol.for('nestjs-traced VIEWER_DESTINATION'));
const { origin } = new URL(url);

app.get(Tracer).trace('work', () => {});
await app.get(Tracing).forceFlush();

const script = `fetch('${origin}/api/traces').then(async (response) => {
  const { traces } = await response.json();
  console.log(JSON.stringify({ status: response.status, names: traces.map(({ name }) => name) }));
});`;
const answer = JSON.parse(execFileSync(process.execPath, ['-e', script], { timeout: 20_000 }));
await app.close();
console.log(JSON.stringify({ ...answer, warnings }));
