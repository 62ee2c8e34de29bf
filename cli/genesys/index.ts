export { askGenesys, genesysRefusal } from './ask';
export { readCurrentToken } from './current-token';
export { type GenesysAccess, openGenesys, patiently } from './genesys-access';
export { excessOf, type Identity, identityLine, type Login, loginOf, readIdentity } from './identity';
export { listQueues, type Queue, queueIdOf, queueNamed } from './queues';
