import { useSignal } from '@preact/signals';
import type { AnyAttributes } from '../../analysis/span-record.js';
import { CopyButton } from '../parts/copy-button.js';
import { Link } from '../parts/link.js';
import { attributeGroups, type ShownAttribute } from './attribute-groups.js';

/** More attributes are shown on demand, so that the document stays small. */
const MAX_SHOWN = 50;

/** Attributes in groups, each to be copied or to be searched for. */
export function AttributeList({ attributes }: { readonly attributes: AnyAttributes }) {
  const showsAll = useSignal(false);
  const groups = attributeGroups(attributes);
  const count = groups.reduce((sum, group) => sum + group.attributes.length, 0);
  let left = showsAll.value ? Infinity : MAX_SHOWN;
  return (
    <>
      {groups.map((group) => {
        const shown = group.attributes.slice(0, Math.max(0, left));
        left -= shown.length;
        if (shown.length === 0) return null;
        return (
          <dl key={group.name} class="attributes">
            {shown.map((attribute) => (
              <AttributeRow key={attribute.key} attribute={attribute} />
            ))}
          </dl>
        );
      })}
      {count > MAX_SHOWN && !showsAll.value && (
        <button type="button" onClick={() => (showsAll.value = true)}>
          Show all {count.toLocaleString('en')}
        </button>
      )}
    </>
  );
}

function AttributeRow({
  attribute: { key: name, text, block, condition },
}: {
  readonly attribute: ShownAttribute;
}) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {block === undefined ? <span>{text === '' ? '""' : text}</span> : <pre>{block}</pre>}
        <span class="attribute-actions">
          <CopyButton text={name} what={`the key ${name}`} label="key" />
          <CopyButton text={text} what={`the value of ${name}`} label="value" />
          {condition !== undefined && (
            <Link
              href={`/?${new URLSearchParams({ q: condition })}`}
              aria-label={`Traces with ${condition}`}
            >
              filter
            </Link>
          )}
        </span>
      </dd>
    </div>
  );
}
