import { type Context, createContextKey } from '@opentelemetry/api';
import { contextStorage } from '../../context/index.js';

const URL_TEMPLATE_KEY = createContextKey('nestjs-traced url.template');

/**
 * Names the requests that `fn` sends by a template of their path, for clients without an option for it,
 * such as axios and `fetch`. The template becomes the attribute `url.template` and a part of the span's
 * name, so it must have few different values.
 *
 * @param template the path with names in the place of its variable parts, such as `/items/{sku}`
 * @example
 * const { data } = await withUrlTemplate('/items/{sku}', () => axios.get(`http://stock/items/${sku}`));
 */
export function withUrlTemplate<T>(template: string, fn: () => T): T {
  return contextStorage.run(contextStorage.active().setValue(URL_TEMPLATE_KEY, template), fn);
}

/** Returns the template that {@link withUrlTemplate} set. */
export function urlTemplateIn(context: Context): string | undefined {
  const template = context.getValue(URL_TEMPLATE_KEY);
  return typeof template === 'string' && template !== '' ? template : undefined;
}
