import { spawn } from 'node:child_process';

/** The command that opens an address, by platform. */
const COMMANDS: Readonly<Record<string, readonly [string, ...string[]]>> = {
  darwin: ['open'],
  win32: ['cmd', '/c', 'start', '""'],
  linux: ['xdg-open'],
};

/** How the address is opened; undefined on platforms without such a command. */
export function browserCommand(address: string, platform: string): readonly string[] | undefined {
  const command = COMMANDS[platform];
  return command && [...command, address];
}

/** Opens the browser of the user. Where there is none, the address is on the terminal anyway. */
export function openBrowser(address: string, platform: string = process.platform): void {
  const [command, ...args] = browserCommand(address, platform) ?? [];
  if (command === undefined) return;
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
