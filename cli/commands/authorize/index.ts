export { type AuthorizeOptions, authorize, logIn } from './authorize';
export { REDIRECT, redirectUriOf } from './callback-listener';
export {
  CLIENT_VARIABLES,
  type ClientCredentials,
  readClientCredentials,
  readPair,
} from './client-credentials';
export type { AuthorizedPair } from './genesys-login';
export { authorizePolicy } from './policy';
