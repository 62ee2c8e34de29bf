export { DOCUMENTS, readDocument, UnknownTableError, withTables } from './documents';
