import * as runner from 'node:test';
import { loadDoors } from './load-doors.mjs';

// node --test-reporter=tap contracts.mjs FORMAT: declares the tests of a correct and of a faulty sampler in
// Node's test runner, from the package alone.
const doors = await loadDoors(process.argv[2], ['.', './testing/contracts']);
const { AlwaysOffSampler, AlwaysOnSampler } = doors['.'];
const { describeContract, samplerContract } = doors['./testing/contracts'];

const correct = { name: 'correct', create: () => new AlwaysOnSampler() };
describeContract('correct', samplerContract(correct), runner);

const cannot = { honourDebug: 'it is off' };
const faulty = {
  name: 'faulty',
  create: () => Object.assign(new AlwaysOffSampler(), { toString: () => '' }),
  cannot,
};
describeContract('faulty', samplerContract(faulty), runner);
