/** The model port: every call to a language model of the whole product goes through it. */
export { type AccountedModel, createAccountedModel } from './accounted-model.ts';
export { createModelPort, type ModelPort } from './model-port.ts';
export { readOwnPrices } from './own-prices.ts';
export type { Price } from './prices.ts';
