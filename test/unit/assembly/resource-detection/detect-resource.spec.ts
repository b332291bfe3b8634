import { describe, expect, it } from '@jest/globals';
import * as conventions from '@opentelemetry/semantic-conventions/incubating';
import {
  checkResourceDetectors,
  detectResource,
  RESOURCE_DETECTOR_NAMES,
} from '../../../../lib/assembly/resource-detection/detect-resource.js';
import { PLATFORM_VARIABLES } from '../../../../lib/assembly/resource-detection/detection-source.js';
import { source } from './source.js';

const LAMBDA = { AWS_LAMBDA_FUNCTION_NAME: 'orders' };
const ID = 'a'.repeat(64);
const FILES = { '/proc/self/cgroup': `0::/docker/${ID}` };

describe('detectResource', () => {
  it.each([
    [['none'], {}],
    [[], {}],
    [['env', 'serviceinstance'], {}],
    [['container'], { 'container.id': ID }],
    [['container', 'none', 'all'], {}],
    [
      ['aws', 'container'],
      {
        'container.id': ID,
        'cloud.provider': 'aws',
        'cloud.platform': 'aws_lambda',
        'faas.name': 'orders',
      },
    ],
  ] as const)('asks the detectors %j', (names, attributes) => {
    expect(detectResource(names, source(LAMBDA, FILES))).toEqual(attributes);
  });

  it('asks all detectors, and leaves out what is not known', () => {
    const detected = detectResource(['all'], source(LAMBDA, FILES));
    expect(detected).toMatchObject({
      'container.id': ID,
      'cloud.platform': 'aws_lambda',
      'host.name': expect.any(String),
      'os.type': expect.any(String),
      'process.pid': process.pid,
    });
    expect(Object.values(detected)).not.toContain(undefined);
  });

  it('only uses names of the semantic conventions', () => {
    const names = new Set<unknown>(Object.values(conventions));
    const every = Object.fromEntries(PLATFORM_VARIABLES.map((name) => [name, '1']));
    const platforms = [
      every,
      { ...every, AWS_LAMBDA_FUNCTION_NAME: undefined, GAE_SERVICE: undefined },
      { ...every, GAE_SERVICE: undefined, CLOUD_RUN_JOB: undefined, CONTAINER_APP_NAME: undefined },
      { WEBSITE_SITE_NAME: 'a', K_SERVICE: 'a', K_REVISION: 'b' },
    ];
    const files = { ...FILES, '/var/elasticbeanstalk/xray/environment.conf': '{}' };
    const found = platforms.flatMap((variables) =>
      Object.entries(detectResource(['all'], source(variables as never, files))),
    );
    expect(found.map(([key]) => key).filter((key) => !names.has(key))).toEqual([]);
    const values = found.filter(([key]) => /^cloud\.p/.test(key)).map(([, value]) => value);
    expect(values.filter((value) => !names.has(value))).toEqual([]);
  });
});

describe('checkResourceDetectors', () => {
  it('accepts names', () => {
    expect(checkResourceDetectors('all')).toEqual(['all']);
    expect(checkResourceDetectors([])).toEqual([]);
    expect(checkResourceDetectors([...RESOURCE_DETECTOR_NAMES])).toHaveLength(12);
  });

  it.each([['alibaba'], [['host', 'ec2']], [true], [[undefined]], [null]])(
    'refuses %j',
    (value) => {
      expect(() => checkResourceDetectors(value)).toThrow(
        'resourceDetectors must be a name or an array of the names host, os, process, container, k8s,',
      );
    },
  );
});
