export { fillLeastPrivilege, PlaceMissingError } from './document';
export { UndocumentedError } from './tables';
