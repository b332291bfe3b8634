import type { Session } from 'node:inspector';
import type { Diagnostics } from '../../diagnostics.js';

/** The files of installed packages, also in stores such as that of pnpm, and those of Node. */
const PACKAGE_FILE = /^node:|[\\/]node_modules[\\/]/;

/** The property through which the inspector gets the classes, for one moment. */
const HANDED_OVER = 'nestjs-traced.classes';

/** By class: whether an installed package defines it. Shared, because each look-up of classes takes long. */
const isFromPackage = new WeakMap<object, boolean>();

/**
 * Finds out which classes belong to installed packages, by the file that defines them. The names of classes and
 * modules would not tell, and Nest knows no files. So it asks the inspector of Node, once for
 * each class of the process: with 1,800 loaded files, one look-up takes 50 to 150 ms.
 *
 * Without an inspector, only the classes of the language and of Node count as those of a package.
 */
export class ClassOrigins {
  readonly #diagnostics: Diagnostics;

  constructor(diagnostics: Diagnostics) {
    this.#diagnostics = diagnostics;
  }

  /** Looks the classes up, all at once: a look-up of many takes hardly longer than that of one. */
  read(classes: Iterable<object>): void {
    const unknown = [...new Set(classes)].filter((found) => !isFromPackage.has(found));
    const written = unknown.filter((found) => !isNative(found));
    for (const found of unknown) isFromPackage.set(found, !written.includes(found));
    if (written.length === 0) return;
    try {
      const packageScripts = askInspector(written);
      for (const [index, found] of written.entries()) {
        isFromPackage.set(found, packageScripts[index] === true);
      }
    } catch (error) {
      this.#diagnostics.report(
        'The files of classes could not be read. With the option providers, the methods of installed packages are traced too: use include or exclude',
        error,
      );
    }
  }

  /** Whether an installed package, Node or the language defines the class. False before {@link read}. */
  isFromPackage(found: object): boolean {
    return isFromPackage.get(found) === true;
  }
}

function isNative(found: object): boolean {
  if (typeof found !== 'function') return false;
  return /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(found));
}

/** Returns for each class whether it is defined in a file of a package. The session ends before the next turn. */
function askInspector(classes: readonly object[]): boolean[] {
  // An optional module of Node, and no other code needs it.
  const inspector = process.getBuiltinModule('node:inspector');
  const session = new inspector.Session();
  session.connect();
  try {
    const packageScripts = readPackageScripts(session);
    return readScripts(session, inspector.Session, classes).map((id) => packageScripts.has(id));
  } finally {
    session.disconnect();
  }
}

/** Returns the ids of the scripts that are files of packages. */
function readPackageScripts(session: Session): Set<string | undefined> {
  const ids = new Set<string | undefined>();
  session.on('Debugger.scriptParsed', ({ params: { scriptId, url } }) => {
    if (PACKAGE_FILE.test(url)) ids.add(scriptId);
  });
  post(session, 'Debugger.enable', {});
  return ids;
}

/** Returns the id of the script that defines each class. */
function readScripts(
  session: Session,
  host: object,
  classes: readonly object[],
): (string | undefined)[] {
  // The global object of the caller can be another one, as under Jest. Node's own classes are always the same.
  Object.defineProperty(host, HANDED_OVER, { value: classes, configurable: true });
  try {
    const { result: list } = post<{ result: RemoteValue }>(session, 'Runtime.evaluate', {
      expression: `process.getBuiltinModule('node:inspector').Session['${HANDED_OVER}']`,
    });
    const elements = propertiesOf(session, list).result;
    return classes.map((_, index) => {
      const element = elements.find(({ name }) => name === String(index))?.value;
      if (element?.objectId === undefined) throw new Error('The inspector does not see a class');
      const location = propertiesOf(session, element).internalProperties?.find(
        ({ name }) => name === '[[FunctionLocation]]',
      );
      return (location?.value?.value as { scriptId?: string } | undefined)?.scriptId;
    });
  } finally {
    Reflect.deleteProperty(host, HANDED_OVER);
  }
}

/** The used parts of the answers of the inspector. */
interface RemoteValue {
  readonly objectId?: string;
  readonly value?: unknown;
}
interface RemoteProperty {
  readonly name: string;
  readonly value?: RemoteValue;
}
interface RemoteProperties {
  readonly result: readonly RemoteProperty[];
  readonly internalProperties?: readonly RemoteProperty[];
}

/** Returns the own properties of a value. Accessors are not run. */
function propertiesOf(session: Session, { objectId }: RemoteValue): RemoteProperties {
  return post(session, 'Runtime.getProperties', { objectId, ownProperties: true });
}

/** Sends a message to the inspector of the own thread, which answers before `post` of the session returns. */
function post<T>(session: Session, method: string, params: object): T {
  let answer: T | undefined;
  session.post(method, params, (error, result) => {
    if (error === null) answer = result as T;
  });
  if (answer === undefined) throw new Error(`The inspector did not answer ${method}`);
  return answer;
}
