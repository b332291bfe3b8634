import type { Attributes } from '@opentelemetry/api';
import { type DetectionSource, firstOf } from './detection-source.js';

// Semantic conventions 1.45.0, `docs/resource/k8s.md`.
const K8S_POD_NAME = 'k8s.pod.name';
const K8S_POD_UID = 'k8s.pod.uid';
const K8S_NAMESPACE_NAME = 'k8s.namespace.name';
const K8S_NODE_NAME = 'k8s.node.name';
const K8S_CONTAINER_NAME = 'k8s.container.name';
const K8S_DEPLOYMENT_NAME = 'k8s.deployment.name';
const K8S_CLUSTER_NAME = 'k8s.cluster.name';

const NAMESPACE_FILE = '/var/run/secrets/kubernetes.io/serviceaccount/namespace';
const NAMESPACE = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;
/** The kubelet mounts `/etc/hosts` from the folder of the pod. */
const MOUNTS = '/proc/self/mountinfo';
const POD_FOLDER =
  /\/pods\/([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})\/etc-hosts /;

/**
 * Describes the pod by variables of the downward API, under the names that are common for them. Returns nothing outside
 * of Kubernetes: names such as `NODE_NAME` mean other things elsewhere.
 */
export function detectKubernetes({ variables, readFile }: DetectionSource): Attributes {
  if (variables.KUBERNETES_SERVICE_HOST === undefined) return {};
  return {
    [K8S_POD_NAME]: firstOf(variables, [
      'K8S_POD_NAME',
      'KUBERNETES_POD_NAME',
      'OTEL_RESOURCE_ATTRIBUTES_POD_NAME',
      'POD_NAME',
      'MY_POD_NAME',
    ]),
    [K8S_POD_UID]:
      firstOf(variables, [
        'K8S_POD_UID',
        'KUBERNETES_POD_UID',
        'OTEL_RESOURCE_ATTRIBUTES_POD_UID',
        'POD_UID',
        'MY_POD_UID',
      ]) ?? POD_FOLDER.exec(readFile(MOUNTS) ?? '')?.[1],
    [K8S_NAMESPACE_NAME]:
      firstOf(variables, [
        'K8S_NAMESPACE_NAME',
        'K8S_NAMESPACE',
        'K8S_POD_NAMESPACE',
        'KUBERNETES_NAMESPACE',
        'POD_NAMESPACE',
        'MY_POD_NAMESPACE',
      ]) ?? namespaceIn(readFile(NAMESPACE_FILE)),
    [K8S_NODE_NAME]: firstOf(variables, [
      'K8S_NODE_NAME',
      'KUBERNETES_NODE_NAME',
      'OTEL_RESOURCE_ATTRIBUTES_NODE_NAME',
      'NODE_NAME',
      'MY_NODE_NAME',
    ]),
    [K8S_CONTAINER_NAME]: variables.K8S_CONTAINER_NAME,
    [K8S_DEPLOYMENT_NAME]: variables.K8S_DEPLOYMENT_NAME,
    [K8S_CLUSTER_NAME]: variables.K8S_CLUSTER_NAME,
  };
}

function namespaceIn(text: string | undefined): string | undefined {
  const namespace = text?.trim();
  return namespace !== undefined && NAMESPACE.test(namespace) ? namespace : undefined;
}
