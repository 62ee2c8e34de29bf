export { type AuthorizeOptions, authorize, logIn } from './authorize';
export { REDIRECT, redirectUriOf } from './callback-listener';
export {
  type AuthorizedPair,
  CLIENT_VARIABLES,
  type ClientCredentials,
  hasClientIn,
  readClientCredentials,
  readPair,
} from './client-credentials';

export { authorizePolicy } from './policy';
