import 'reflect-metadata';
import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { Tracer, TracingModule, TracingStatistics } from 'nestjs-traced';
import { TracingViewerModule } from 'nestjs-traced/viewer';
import { say, told } from './say.js';

const serviceName = told('SERVICE');

@Module({
  imports: [
    TracingModule.forRoot({ serviceName, registerGlobally: false }),
    TracingViewerModule.forRoot({ port: Number(told('VIEWER_PORT')), grpcPort: false }),
  ],
})
class AppModule {}

process.on('uncaughtException', (error) => say({ uncaught: String(error) }));

const app = await NestFactory.createApplicationContext(AppModule);
const tracer = app.get(Tracer);
// It does not end: the viewer shows that it runs, and what became of its process.
const waiting = tracer.startSpan(`${serviceName} waits`);
let count = 0;
const timer = setInterval(() => {
  tracer.startSpan(`${serviceName} works`, { root: true }).setAttribute('count', ++count).end();
}, 50);
say({ started: true });

process.once('SIGTERM', () => {
  clearInterval(timer);
  waiting.end();
  const statistics = app.get(TracingStatistics);
  void app.close().then(() => say({ worked: count, counts: statistics.counts() }));
});
