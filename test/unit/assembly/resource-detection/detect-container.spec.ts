import { describe, expect, it } from '@jest/globals';
import { detectContainer } from '../../../../lib/assembly/resource-detection/detect-container.js';
import { untrustedTextSuite } from '../../../suites/untrusted-text.suite.js';
import { source } from './source.js';

const ID = '0123456789abcdef'.repeat(4);
const OTHER = 'f'.repeat(64);
const idIn = (cgroup?: string, mountinfo?: string) =>
  detectContainer(
    source(
      {},
      {
        ...(cgroup !== undefined && { '/proc/self/cgroup': cgroup }),
        ...(mountinfo !== undefined && { '/proc/self/mountinfo': mountinfo }),
      },
    ),
  )['container.id'];

describe('detectContainer', () => {
  it.each([
    [`13:name=systemd:/docker/${ID}`, ID],
    [`1:name=systemd:/system.slice/docker-${ID}.scope\n`, ID],
    [`11:memory:/kubepods/burstable/pod2b9a2d8e-1111-2222-3333-444455556666/${ID}`, ID],
    [
      `0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod2b9a.slice/cri-containerd-${ID}.scope`,
      ID,
    ],
    [`0::/system.slice/containerd.service/kubepods-pod1.slice:cri-containerd:${ID}`, ID],
    [`12:cpu:/\n5:memory:/lxc/x\n1:name=systemd:/docker/${ID}\r\n`, ID],
    [
      '4:cpu:/ecs/9781c248e2ce4a2fa5a2ad5d5c1a7f6b/9781c248e2ce4a2fa5a2ad5d5c1a7f6b-2531612879',
      '9781c248e2ce4a2fa5a2ad5d5c1a7f6b-2531612879',
    ],
    ['0::/', undefined],
    ['', undefined],
    [`1:name=systemd:/docker/${ID.toUpperCase()}`, undefined],
    [`1:name=systemd:/docker/${ID}0`, undefined],
    [`1:name=systemd:/docker/${ID}/inner`, undefined],
  ])('finds the id in the control groups %j', (cgroup, id) => {
    expect(idIn(cgroup)).toBe(id);
  });

  const mount = (root: string, point: string) =>
    `983 961 0:56 ${root} ${point} rw,relatime - ext4 /dev/sda1 rw`;

  it.each([
    [mount(`/var/lib/docker/containers/${ID}/hostname`, '/etc/hostname'), ID],
    [mount(`/data/containers/${ID}/resolv.conf`, '/etc/resolv.conf'), ID],
    [mount(`/containers/overlay-containers/${ID}/userdata/hostname`, '/etc/hostname'), ID],
    [
      `${mount('/', '/')}\n${mount(`/docker/containers/${ID}/hosts`, '/etc/hosts')}\n${mount(`/docker/containers/${OTHER}/x`, '/x')}`,
      ID,
    ],
    // The id of a pod is not that of its container.
    [
      mount(
        `/var/lib/containerd/io.containerd.grpc.v1.cri/sandboxes/${ID}/hostname`,
        '/etc/hostname',
      ),
      undefined,
    ],
    [mount('/', '/'), undefined],
  ])('finds the id in the mounts %j', (mountinfo, id) => {
    expect(idIn('0::/', mountinfo)).toBe(id);
  });

  it('prefers the control groups, and finds nothing without files', () => {
    expect(idIn(`0::/docker/${ID}`, mount(`/containers/${OTHER}/hostname`, '/etc/hostname'))).toBe(
      ID,
    );
    expect(idIn()).toBeUndefined();
  });
});

untrustedTextSuite({
  name: 'control groups and mounts',
  parse: (text) => idIn(text, text),
  heads: ['0::/docker/', '/containers/'],
});
