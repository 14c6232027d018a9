import { Text } from '../../parts/text.tsx';

/** Text to be taken away whole. */
export function Copied({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div class="copied">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls is to be scrolled by keys */}
      <section class="letter-body" tabIndex={0} aria-label={label}>
        <pre>
          <Text>{text}</Text>
        </pre>
      </section>
      <button type="button" class="quiet" onClick={() => void navigator.clipboard?.writeText(text)}>
        Copy<span class="visually-hidden"> {label}</span>
      </button>
    </div>
  );
}
