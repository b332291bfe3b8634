import { describe, expect, it } from '@jest/globals';
import { tracePipeline } from '../../../../lib/database/redis/traced-pipeline.js';
import { CommandDouble, PipelineDouble } from './ioredis-double.js';
import { HandlerDouble } from './redis-operation-double.js';

function traced(outcome: () => Promise<unknown>, type: 'PIPELINE' | 'MULTI' = 'PIPELINE') {
  const pipeline = new PipelineDouble(outcome);
  const double = new HandlerDouble();
  tracePipeline({
    pipeline,
    type,
    added: [],
    handler: double.handler,
    server: () => undefined,
    send: (work) => work(),
  });
  return { pipeline, double };
}

describe('tracePipeline', () => {
  it('has one span from exec to the last reply', async () => {
    const results = [[null, 'OK']];
    const { pipeline, double } = traced(async () => results);
    pipeline.sendCommand(new CommandDouble('set'));
    expect(await pipeline.exec()).toBe(results);
    expect(double.events).toEqual(['begin PIPELINE[set]', 'finish PIPELINE']);
  });

  it('shows the first failure, of a command or of the whole', async () => {
    const some = traced(async () => [
      [null, 1],
      [new Error('first'), undefined],
      [new Error('second'), undefined],
    ]);
    await some.pipeline.exec();
    expect(some.double.events).toEqual(['begin PIPELINE[]', 'fail PIPELINE: first']);
    const all = traced(() => Promise.reject(new Error('lost')), 'MULTI');
    await expect(all.pipeline.exec()).rejects.toThrow('lost');
    expect(all.double.events).toEqual(['begin MULTI[]', 'fail MULTI: lost']);
  });

  it.each([
    [async () => [[null, 1]], 'finish PIPELINE'],
    [() => Promise.reject(new Error('lost')), 'fail PIPELINE: lost'],
  ])('calls back, and ends with the callback', async (outcome, end) => {
    const { pipeline, double } = traced(outcome);
    await new Promise<void>((resolve) => {
      (pipeline.exec(() => resolve()) as Promise<unknown>).catch(() => {});
    });
    expect(double.events).toEqual(['begin PIPELINE[]', end]);
  });

  it('leaves further calls, by which ioredis sends it again, and transactions inside to ioredis', async () => {
    const { pipeline, double } = traced(async () => []);
    pipeline.sendCommand(new CommandDouble('multi'));
    pipeline.sendCommand(new CommandDouble('get'));
    await pipeline.exec();
    expect(double.events).toEqual([]);
    pipeline.sendCommand(new CommandDouble('exec'));
    await pipeline.exec();
    await pipeline.exec();
    expect(pipeline.execCount).toBe(3);
    expect(double.events).toEqual(['begin PIPELINE[get]', 'finish PIPELINE']);
  });

  it('gives the commands of auto-pipelining spans of their own', async () => {
    const { pipeline, double } = traced(async () => []);
    Object.assign(pipeline, { [Symbol('exec')]: true });
    const command = new CommandDouble('get');
    pipeline.sendCommand(command);
    command.resolve(1);
    await pipeline.exec();
    expect(double.events).toEqual(['begin get()', 'finish get']);
  });

  it('only sends what has no span', async () => {
    const { pipeline, double } = traced(async () => ['x']);
    double.isTracing = false;
    expect(await pipeline.exec()).toEqual(['x']);
  });
});
