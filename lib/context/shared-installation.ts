import { sharedInstallations } from './process-wide.js';

/**
 * Installs something in the process, unless an application of any copy of this library has installed it
 * already. The last application that releases it undoes the installation.
 *
 * @param name the subject of the installation, such as `http.client`
 * @param install installs it, and returns the function that undoes the installation
 * @returns a function that releases the installation; further calls have no effect
 */
export function installShared(name: string, install: () => () => void): () => void {
  let installation = sharedInstallations.get(name);
  if (installation === undefined) {
    installation = { userCount: 0, uninstall: install() };
    sharedInstallations.set(name, installation);
  }
  const used = installation;
  used.userCount++;
  let isReleased = false;
  return () => {
    if (isReleased) return;
    isReleased = true;
    used.userCount--;
    if (used.userCount > 0) return;
    sharedInstallations.delete(name);
    used.uninstall();
  };
}
