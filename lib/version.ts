/** The version of this library, as its spans and requests name it; a test holds it to package.json. */
export const VERSION = '0.2.0';
