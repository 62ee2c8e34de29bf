export { type GenesysAccess, openGenesys, patiently } from './genesys-access';
