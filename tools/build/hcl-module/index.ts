export { moduleBody } from './body';
export { INSTANCE_ID, LARGEST, synthesizeInstance } from './instance';
export { isObject, type Json, type JsonObject, mapTexts, snakeCase } from './json';
export { EditFailedError, ModuleDocument } from './module-document';
export { fixedOptions, type ModuleVariable, moduleVariables } from './variables';
export { type ModuleOptions, writeModule } from './write-module';
