import { announce } from './announcer.js';

/** Copies a text to the clipboard, and says so to users of screen readers. @returns whether it was copied */
export async function copyText(text: string, what: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
    announce(`Copied ${what}`);
    return true;
  } catch {
    announce(`The browser does not allow to copy ${what}`);
    return false;
  }
}
