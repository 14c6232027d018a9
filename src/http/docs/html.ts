/** Text to HTML: everything that is put into a page goes through here. */

/** HTML that is safe to put into a page as it is. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | null | readonly Part[];

/** A template whose values are escaped, unless they are HTML already; null is nothing, of an array each part. */
export function html(texts: TemplateStringsArray, ...parts: readonly Part[]): Html {
  let all = texts[0] ?? '';
  parts.forEach((part, index) => {
    all += textOf(part) + (texts[index + 1] ?? '');
  });
  return { html: all };
}

/** A sentence of the document: what stands between backticks is code. */
export function prose(text: string): Html {
  const parts = text.split('`').map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part));
  return html`${parts}`;
}

export function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (char) => `&#${char.charCodeAt(0)};`);
}

function textOf(part: Part): string {
  if (part === null) return '';
  if (Array.isArray(part)) return part.map(textOf).join('');
  if (typeof part === 'object') return (part as Html).html;
  return escaped(String(part));
}
