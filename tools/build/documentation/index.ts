export { UnknownTableError, withTables } from './filled-tables';
export { GENERATED_FILES, type GeneratedFile, generate } from './generated-files';
