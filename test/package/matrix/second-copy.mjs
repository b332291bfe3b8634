import assert from 'node:assert/strict';
import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import * as own from 'nestjs-traced';
import { createTestTracing, traceAsText } from 'nestjs-traced/testing';

// A package of the workspace that has a copy of the library of its own, as package managers install it where the
// ranges of two packages differ.
const here = dirname(fileURLToPath(import.meta.url));
const stock = join(here, 'packages', 'stock');
mkdirSync(stock, { recursive: true });
cpSync(join(here, 'node_modules', 'nestjs-traced'), join(stock, 'node_modules', 'nestjs-traced'), {
  recursive: true,
});
writeFileSync(join(stock, 'package.json'), '{ "name": "stock", "type": "module" }');
writeFileSync(join(stock, 'index.js'), "export * from 'nestjs-traced';\n");
const other = await import(pathToFileURL(join(stock, 'index.js')).href);
assert.notEqual(other.Tracer, own.Tracer);

/** A class whose method has the decorator of one of the copies. */
function traced({ Traced }, name) {
  const subject = { [name]: class {} }[name];
  subject.prototype.work = (next) => next?.();
  const descriptor = Object.getOwnPropertyDescriptor(subject.prototype, 'work');
  const decorated = Traced()(subject.prototype, 'work', descriptor) ?? descriptor;
  Object.defineProperty(subject.prototype, 'work', decorated);
  return new subject();
}

const { tracer, recorder } = createTestTracing();
const orders = traced(own, 'Orders');
const items = traced(other, 'Items');
tracer.trace('request', () => orders.work(() => items.work(() => orders.work())));
assert.equal(
  traceAsText(recorder.takeSpans()),
  'request\n  Orders.work\n    Items.work\n      Orders.work',
);
recorder.verify();
console.log('The spans of both copies are in one trace.');
