export { type AuthorizeOptions, authorize } from './authorize';
export { REDIRECT, redirectUriOf } from './callback-listener';
export { CLIENT_VARIABLES } from './client-credentials';
export { authorizePolicy } from './policy';
