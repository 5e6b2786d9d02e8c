/** The model port: every call to a language model of the whole product goes through it. */
export { createModelPort, type ModelPort } from './model-port.ts';
export { type AccountedModel, createAccountedModel } from './accounted-model.ts';
