import { describe, expect, it } from '@jest/globals';
import { detectKubernetes } from '../../../../lib/assembly/resource-detection/detect-kubernetes.js';
import type { PlatformVariables } from '../../../../lib/assembly/resource-detection/detection-source.js';
import { known, source } from './source.js';

const UID = '2b9a2d8e-1111-4222-8333-444455556666';
const IN_POD = { KUBERNETES_SERVICE_HOST: '10.0.0.1' };
const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';

function detect(variables: PlatformVariables, files?: Record<string, string>) {
  return known(detectKubernetes(source({ ...IN_POD, ...variables }, files)));
}

describe('detectKubernetes', () => {
  it('describes a pod by the names of its attributes', () => {
    expect(
      detect({
        K8S_POD_NAME: 'orders-1',
        K8S_POD_UID: UID,
        K8S_NAMESPACE_NAME: 'shop',
        K8S_NODE_NAME: 'node-1',
        K8S_CONTAINER_NAME: 'main',
        K8S_DEPLOYMENT_NAME: 'orders',
        K8S_CLUSTER_NAME: 'eu',
      }),
    ).toEqual({
      'k8s.pod.name': 'orders-1',
      'k8s.pod.uid': UID,
      'k8s.namespace.name': 'shop',
      'k8s.node.name': 'node-1',
      'k8s.container.name': 'main',
      'k8s.deployment.name': 'orders',
      'k8s.cluster.name': 'eu',
    });
  });

  it.each<[PlatformVariables, object]>([
    [
      { POD_NAME: 'a', POD_NAMESPACE: 'b' },
      { 'k8s.pod.name': 'a', 'k8s.namespace.name': 'b' },
    ],
    [
      { MY_POD_NAME: 'a', MY_POD_UID: 'u' },
      { 'k8s.pod.name': 'a', 'k8s.pod.uid': 'u' },
    ],
    [
      { KUBERNETES_NAMESPACE: 'b', NODE_NAME: 'n' },
      { 'k8s.namespace.name': 'b', 'k8s.node.name': 'n' },
    ],
    [
      { OTEL_RESOURCE_ATTRIBUTES_POD_NAME: 'a', OTEL_RESOURCE_ATTRIBUTES_NODE_NAME: 'n' },
      { 'k8s.pod.name': 'a', 'k8s.node.name': 'n' },
    ],
    [{ K8S_POD_NAME: 'exact', POD_NAME: 'common' }, { 'k8s.pod.name': 'exact' }],
  ])('knows %j', (variables, attributes) => {
    expect(detect(variables)).toEqual(attributes);
  });

  it('finds the namespace of the service account, and the uid in the mounts', () => {
    const files = {
      [NAMESPACE_FILE]: 'shop\n',
      '/proc/self/mountinfo': `1 2 8:1 /var/lib/kubelet/pods/${UID}/etc-hosts /etc/hosts rw - ext4 /dev/sda1 rw\n`,
    };
    expect(detect({}, files)).toEqual({ 'k8s.namespace.name': 'shop', 'k8s.pod.uid': UID });
    expect(detect({ POD_NAMESPACE: 'given', POD_UID: 'given' }, files)).toEqual({
      'k8s.namespace.name': 'given',
      'k8s.pod.uid': 'given',
    });
    expect(detect({}, { [NAMESPACE_FILE]: '<html>' })).toEqual({});
  });

  it('finds nothing outside of Kubernetes, where the names mean other things', () => {
    expect(detectKubernetes(source({ POD_NAME: 'a', NODE_NAME: 'n' }))).toEqual({});
  });
});
