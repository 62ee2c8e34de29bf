export { moduleBody } from './body';
export { snakeCase } from './expressions';
export { INSTANCE_ID, LARGEST, synthesizeInstance } from './instance';
export { isObject, type Json, type JsonObject, mapTexts } from './json';
export { EditFailedError, ModuleDocument } from './module-document';
export { FIXED_OPTIONS } from './variable-forms';
export { type ModuleVariable, moduleVariables } from './variables';
export { type ModuleOptions, writeModule } from './write-module';
