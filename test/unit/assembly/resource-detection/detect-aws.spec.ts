import { describe, expect, it } from '@jest/globals';
import { detectAws } from '../../../../lib/assembly/resource-detection/detect-aws.js';
import type { PlatformVariables } from '../../../../lib/assembly/resource-detection/detection-source.js';
import { known, source } from './source.js';

const BEANSTALK = '/var/elasticbeanstalk/xray/environment.conf';
const detect = (variables: PlatformVariables, files?: Record<string, string>) =>
  known(detectAws(source(variables, files)));
const AWS = { 'cloud.provider': 'aws' };

describe('detectAws', () => {
  it('describes a function of Lambda', () => {
    expect(
      detect({
        AWS_REGION: 'eu-central-1',
        AWS_LAMBDA_FUNCTION_NAME: 'orders',
        AWS_LAMBDA_FUNCTION_VERSION: '$LATEST',
        AWS_LAMBDA_FUNCTION_MEMORY_SIZE: '128',
        AWS_LAMBDA_LOG_GROUP_NAME: '/aws/lambda/orders',
        AWS_LAMBDA_LOG_STREAM_NAME: '2026/01/01/[$LATEST]f00',
      }),
    ).toEqual({
      ...AWS,
      'cloud.platform': 'aws_lambda',
      'cloud.region': 'eu-central-1',
      'faas.name': 'orders',
      'faas.version': '$LATEST',
      'faas.instance': '2026/01/01/[$LATEST]f00',
      'faas.max_memory': 134_217_728,
      'aws.log.group.names': ['/aws/lambda/orders'],
      'aws.log.stream.names': ['2026/01/01/[$LATEST]f00'],
    });
    const bare = { AWS_LAMBDA_FUNCTION_NAME: 'a', AWS_LAMBDA_FUNCTION_MEMORY_SIZE: 'much' };
    expect(detect(bare)).toEqual({ ...AWS, 'cloud.platform': 'aws_lambda', 'faas.name': 'a' });
  });

  it.each<[PlatformVariables, object]>([
    [
      {
        ECS_CONTAINER_METADATA_URI_V4: 'http://169.254.170.2/v4/x',
        AWS_EXECUTION_ENV: 'AWS_ECS_FARGATE',
      },
      { 'cloud.platform': 'aws_ecs', 'aws.ecs.launchtype': 'fargate' },
    ],
    [
      { ECS_CONTAINER_METADATA_URI: 'http://169.254.170.2/v3/x', AWS_EXECUTION_ENV: 'AWS_ECS_EC2' },
      { 'cloud.platform': 'aws_ecs', 'aws.ecs.launchtype': 'ec2' },
    ],
    [
      { ECS_CONTAINER_METADATA_URI: 'http://169.254.170.2/v3/x', AWS_DEFAULT_REGION: 'us-east-1' },
      { 'cloud.platform': 'aws_ecs', 'cloud.region': 'us-east-1' },
    ],
    [
      {
        KUBERNETES_SERVICE_HOST: '10.0.0.1',
        AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/serviceaccount/token',
      },
      { 'cloud.platform': 'aws_eks' },
    ],
    [
      {
        KUBERNETES_SERVICE_HOST: '10.0.0.1',
        AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE:
          '/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token',
      },
      { 'cloud.platform': 'aws_eks' },
    ],
  ])('describes %j', (variables, attributes) => {
    expect(detect(variables)).toEqual({ ...AWS, ...attributes });
  });

  it('describes an environment of Elastic Beanstalk', () => {
    const file = '{"deployment_id":32,"version_label":"v1","environment_name":"shop-env"}';
    expect(detect({ AWS_REGION: 'eu-west-1' }, { [BEANSTALK]: file })).toEqual({
      ...AWS,
      'cloud.platform': 'aws_elastic_beanstalk',
      'cloud.region': 'eu-west-1',
      'service.namespace': 'shop-env',
      'service.version': 'v1',
      'service.instance.id': '32',
    });
    expect(detect({}, { [BEANSTALK]: '{' })).toEqual({});
    expect(detect({}, { [BEANSTALK]: 'null' })).toEqual({});
  });

  it.each<[PlatformVariables]>([
    [{}],
    [{ AWS_REGION: 'eu-west-1' }],
    [{ KUBERNETES_SERVICE_HOST: '10.0.0.1', AWS_REGION: 'eu-west-1' }],
    [{ AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/secrets/eks.amazonaws.com/token' }],
  ])('finds nothing with %j, which other places have too', (variables) => {
    expect(detect(variables)).toEqual({});
  });
});
