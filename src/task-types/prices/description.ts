import type { TaskTypeDescription } from '../../application/ports/task-types.ts';
import type { JsonObject } from '../../domain/shared/json.ts';

const page: JsonObject = {
  title: 'Product page',
  description: 'The page of the shop that shows the price.',
  type: 'string',
  minLength: 1,
  maxLength: 8_192,
  format: 'uri',
  examples: ['https://shop.example/kettle'],
};
const targetPrice: JsonObject = {
  title: 'Tell me at',
  description: 'This price or a lower one.',
  type: 'number',
  exclusiveMinimum: 0,
  examples: [49.9],
};
const dropPercent: JsonObject = {
  title: 'Tell me of a drop of',
  description: 'Percent, from the highest price since you were last told of one.',
  type: 'number',
  minimum: 0.1,
  maximum: 99,
  examples: [10],
};
const backInStock: JsonObject = {
  title: 'Tell me when it can be had again',
  description: 'After the page said that it was sold out.',
  type: 'boolean',
  examples: [true],
};
const currency: JsonObject = {
  title: 'Currency',
  description: 'ISO 4217 code. Without: the one that the page names first.',
  type: 'string',
  pattern: '^[A-Z]{3}$',
  examples: ['EUR'],
};

/** At least one of three is to be told of: each alternative has one that those before it have not. */
function alternative(title: string, required: string, watched: JsonObject): JsonObject {
  return {
    title,
    type: 'object',
    properties: { product_url: page, ...watched, currency },
    required: ['product_url', required],
    additionalProperties: false,
  };
}

export const priceTrackerDescription: TaskTypeDescription = {
  title: 'Price tracker',
  description:
    'Tells you when a product costs what you want to pay, when it gets cheaper, or when it can be had again.',
  config_schema: {
    oneOf: [
      alternative('At a price', 'target_price', {
        target_price: targetPrice,
        drop_percent: dropPercent,
        back_in_stock: backInStock,
      }),
      alternative('When it gets cheaper', 'drop_percent', {
        drop_percent: dropPercent,
        back_in_stock: backInStock,
      }),
      alternative('When it can be had again', 'back_in_stock', {
        back_in_stock: { ...backInStock, const: true },
      }),
    ],
  },
  example: { product_url: 'https://shop.example/kettle', target_price: 49.9, currency: 'EUR' },
};
