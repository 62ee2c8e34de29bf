import type { SimulatorRequest } from './answer';
import { OAuthError } from './oauth-error';

/** The parameters of a form in a request's body. @throws OAuthError for anything that is not such a form. */
export const parseForm = ({ headers, body, query }: SimulatorRequest): ReadonlyMap<string, string> => {
  const [mediaType = ''] = (headers['content-type'] ?? '').split(';');
  if (mediaType.trim().toLowerCase() !== 'application/x-www-form-urlencoded') {
    throw new OAuthError(400, 'invalid_request', 'the body must be application/x-www-form-urlencoded');
  }
  if (query.size > 0) {
    throw new OAuthError(400, 'invalid_request', 'parameters belong in the body, not in the URL');
  }
  const form = new Map<string, string>();
  for (const [name, value] of new URLSearchParams(body.toString('utf8'))) {
    if (form.has(name)) {
      throw new OAuthError(400, 'invalid_request', `parameter ${name} is given more than once`);
    }
    form.set(name, value);
  }
  return form;
};
