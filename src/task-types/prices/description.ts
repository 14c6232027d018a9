import type { TaskTypeDescription } from '../../application/ports/task-types.ts';

export const priceTrackerDescription: TaskTypeDescription = {
  title: 'Price tracker',
  description: 'Tells you when a product costs what you want to pay, or less.',
  config_schema: {
    type: 'object',
    properties: {
      product_url: {
        title: 'Product page',
        description: 'The page of the shop that shows the price.',
        type: 'string',
        minLength: 1,
        maxLength: 8_192,
        format: 'uri',
        examples: ['https://shop.example/kettle'],
      },
      target_price: {
        title: 'Tell me at',
        description: 'This price or a lower one.',
        type: 'number',
        exclusiveMinimum: 0,
        examples: [49.9],
      },
      currency: {
        title: 'Currency',
        description: 'ISO 4217 code. Without: the one that the page names first.',
        type: 'string',
        pattern: '^[A-Z]{3}$',
        examples: ['EUR'],
      },
    },
    required: ['product_url', 'target_price'],
    additionalProperties: false,
  },
  example: { product_url: 'https://shop.example/kettle', target_price: 49.9, currency: 'EUR' },
};
