/**
 * What somebody wrote, or what came from outside: text, never markup. It is set apart from the direction of what is
 * around it, and characters that nobody sees are shown by their numbers.
 */
import type { ComponentChild } from 'preact';

/** Controls, and what changes direction or hides: soft hyphens, zero-width spaces, bidirectional controls, tags. */
const HIDDEN =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is looked for
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|[\u{e0000}-\u{e007f}]|\p{Cs}/gu;
const URL_TEXT = /https?:\/\/[^\s<>"'`\\^{|}]+/g;

export function Text({ children }: { readonly children: string }) {
  return <bdi>{visible(children)}</bdi>;
}

/** The same, where web addresses can be followed: http and https only, shown in full. */
export function LinkedText({ children }: { readonly children: string }) {
  const parts: ComponentChild[] = [];
  let from = 0;
  for (const { 0: url, index } of children.matchAll(URL_TEXT)) {
    if (!URL.canParse(url)) continue;
    parts.push(
      ...visible(children.slice(from, index)),
      <a href={url} target="_blank" rel="noopener noreferrer">
        {visible(url)}
      </a>,
    );
    from = index + url.length;
  }
  return (
    <bdi>
      {parts}
      {visible(children.slice(from))}
    </bdi>
  );
}

/** The same for places that take a text alone, such as a label. */
export function labelText(text: string): string {
  return text.replace(HIDDEN, (hidden) => `U+${hex(hidden.codePointAt(0) ?? 0)}`);
}

function visible(text: string): ComponentChild[] {
  const parts: ComponentChild[] = [];
  let from = 0;
  for (const { 0: hidden, index } of text.matchAll(HIDDEN)) {
    const code = hidden.codePointAt(0) ?? 0;
    parts.push(text.slice(from, index), <span class="hidden-char">{`U+${hex(code)}`}</span>);
    from = index + hidden.length;
  }
  parts.push(text.slice(from));
  return parts;
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}
