/** A shop's page: navigation, the product, others that go with it, and what is given for the head and the body. */
export function productPage(parts: { readonly head?: string; readonly body?: string }): string {
  return `<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <title>Widget - The Shop</title>
  <meta property="og:title" content="Widget">
  ${parts.head ?? ''}
  <script>window.prices = {"price": "1.00"};</script>
</head>
<body>
  <nav><ul><li><a href="/">Home</a><li><a href="/sale">Sale</a></ul></nav>
  <main><h1>Widget</h1><p class="price">only 1.99 a month!</p>${parts.body ?? ''}</main>
  <footer>&copy; The Shop</footer>
</body>
</html>`;
}

export function jsonLd(...documents: readonly unknown[]): string {
  return documents
    .map((document) => `<script type="application/ld+json">${JSON.stringify(document)}</script>`)
    .join('\n');
}

/** A schema.org product with one offer. */
export function product(price: unknown, currency: string | null = 'EUR', more: object = {}): object {
  return {
    '@context': 'https://schema.org/',
    '@type': 'Product',
    name: 'Widget',
    offers: {
      '@type': 'Offer',
      price,
      ...(currency === null ? {} : { priceCurrency: currency }),
      availability: 'https://schema.org/InStock',
    },
    ...more,
  };
}
