import { transform } from 'esbuild';
import { minify } from 'rolldown/utils';

/** Node prints the line of an uncaught error. */
const LINE_LENGTH = 120;

/** The name of a file or module that is loaded. Tools that look for it may not know a line break in it. */
const MODULE_NAME = /(?<=\b(?:require|getBuiltinModule)\()(["'`])[^"'`]+\1/g;

/**
 * Shortens the code of a file: no white space, and short names for variables. Functions and classes keep their
 * names, because spans, errors and stacks show them.
 *
 * @throws Error if the code has an error of syntax
 */
export async function shorten(fileName, code) {
  const { code: short, errors } = await minify(fileName, code, {
    module: false,
    compress: false,
    mangle: { toplevel: true, keepNames: true, reserved: ['exports', 'module'] },
    codegen: { removeWhitespace: true, asciiOnly: true, legalComments: 'inline' },
  });
  if (errors.length > 0) throw new Error(`${fileName}: ${errors[0].message}`);
  const lines = { minifyWhitespace: true, lineLimit: LINE_LENGTH, charset: 'ascii' };
  const { code: broken } = await transform(short, { ...lines, loader: 'js', target: 'esnext' });
  return broken.replace(MODULE_NAME, (name) => name.replaceAll('\\\n', ''));
}
