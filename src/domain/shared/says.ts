/**
 * Sentences that tell what is wrong with something, and the values in them by name. A program that shows its own
 * sentence needs the values, one that shows ours needs the sentence: both come from one place, so that neither can lack
 * what the other has.
 *
 *     says`must be a whole number from ${{ minimum: 1 }} to ${{ maximum: 20 }}`
 *
 * A sentence is a predicate of the field that it is about: it begins with a capital and ends without a full stop.
 */

type Plain = string | number | boolean;
export type SaidParams = Readonly<Record<string, Plain | readonly Plain[]>>;

declare const said: unique symbol;
/** Made by `says` only: text put together by hand would have values that nobody can get at. */
export type SaidText = string & { readonly [said]: true };

export interface Said {
  readonly msg: SaidText;
  /** The values that the sentence contains. */
  readonly params: SaidParams;
}

class ShownAs {
  readonly text: string;
  readonly params: SaidParams;

  constructor(text: string, params: SaidParams) {
    this.text = text;
    this.params = params;
  }
}

export function says(parts: TemplateStringsArray, ...values: readonly (SaidParams | ShownAs)[]): Said {
  const texts = values.map((value) => (value instanceof ShownAs ? value.text : textOf(value)));
  const text = parts.map((part, index) => part + (texts[index] ?? '')).join('');
  const params = values.map((value) => (value instanceof ShownAs ? value.params : value));
  return { msg: capitalised(text), params: Object.assign({}, ...params) };
}

/** For values that people read in other words than programs. */
export function shownAs(text: string, params: SaidParams): ShownAs {
  return new ShownAs(text, params);
}

/** A sentence about something within: `config.url: Must be …`. */
export function saidOf(place: string, { msg, params }: Said): Said {
  return place === '' ? { msg, params } : { msg: `${place}: ${msg}` as SaidText, params };
}

function textOf(params: SaidParams): string {
  return Object.values(params)
    .map((value) => (Array.isArray(value) ? value.join(', ') : String(value)))
    .join(', ');
}

function capitalised(text: string): SaidText {
  return (text.charAt(0).toUpperCase() + text.slice(1)) as SaidText;
}
