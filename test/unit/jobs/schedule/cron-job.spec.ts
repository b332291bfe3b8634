import { describe, expect, it } from '@jest/globals';
import { CronJob } from 'cron';
import { hookCronJob, spanNameOfJob } from '../../../../lib/jobs/schedule/cron-job.js';

describe('hookCronJob', () => {
  it('replaces the callbacks of a job, with this and arguments, until it is undone', async () => {
    const calls: unknown[] = [];
    const self = { name: 'context' };
    const job = CronJob.from({
      cronTime: '0 0 1 1 *',
      context: self,
      onComplete: () => undefined,
      onTick(this: unknown, ...args: unknown[]) {
        calls.push(['tick', this, typeof args[0]]);
      },
    });
    const wrap = (callback: (...args: unknown[]) => unknown) =>
      function (this: unknown, ...args: unknown[]): unknown {
        calls.push('before');
        return Reflect.apply(callback, this, args);
      };
    const restore = hookCronJob(job, wrap);
    job.addCallback(() => {
      calls.push('added');
    });
    await job.fireOnTick();
    expect(calls.splice(0)).toEqual([...['before', ['tick', self, 'function'], 'before', 'added']]);
    restore?.();
    await job.fireOnTick();
    expect(calls).toEqual([['tick', self, 'function'], 'added']);
    expect(Object.hasOwn(job, 'addCallback')).toBe(false);
  });

  it.each([undefined, 'job', {}, { _callbacks: [] }])('ignores %p', (candidate) => {
    expect(hookCronJob(candidate, (callback) => callback)).toBeUndefined();
  });
});

describe('spanNameOfJob', () => {
  it.each([
    ['nightly report', 'nightly report'],
    ['reminder-42', 'reminder-{id}'],
    ['user:7/digest', 'user:{id}/digest'],
    ['top10', 'top10'],
    ['mail_2f1c9f6e-7f4b-4f1e-9d3b-0f8f5f0e7a11', 'mail_{id}'],
    ['507f1f77bcf86cd799439011', '{id}'],
    ['deadbeefdeadbeef', 'deadbeefdeadbeef'],
    ['', 'cron job'],
  ])('of %p is %p', (name, spanName) => {
    expect(spanNameOfJob(name)).toBe(spanName);
  });
});
