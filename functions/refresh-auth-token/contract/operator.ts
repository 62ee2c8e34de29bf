/**
 * What the operator commands use of this function's own code, so that a command reads Genesys, the archive and the secret
 * exactly as the function does. Neither the function nor the module imports it.
 */
export { missingScopes } from '../genesys/scopes';
export { descendsFrom } from '../secret/token-pair';
