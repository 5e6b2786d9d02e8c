/** The model port: every call to a language model of the whole product goes through it. */
export { createModelPort, type ModelCallHooks, type ModelPort, type ModelPortOptions } from './model-port.ts';
export { providerStatuses } from './provider-catalogue.ts';
