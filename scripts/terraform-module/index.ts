export { snakeCase } from './expressions';
export { INSTANCE_ID, LARGEST, synthesizeInstance } from './instance';
export { EditFailedError, type Json, type JsonObject, ModuleDocument } from './module-document';
export { FIXED_OPTIONS, type ModuleVariable, moduleVariables } from './variables';
export { type ModuleOptions, writeModule } from './write-module';
