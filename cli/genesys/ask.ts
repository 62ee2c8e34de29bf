import {
  ADDRESS_REMEDY,
  type GenesysAnswer,
  type GenesysOrigins,
  GenesysUnreachableError,
  isAddressRefused,
  requestGenesys,
} from '../../functions/shared/genesys-http';
import { OperatorError } from '../errors';

const TIMEOUT_MS = 15_000;

/** Reads from Genesys Cloud with an access token. @throws OperatorError where no answer comes */
export const askGenesys = async (
  { api }: Pick<GenesysOrigins, 'api'>,
  accessToken: string,
  path: string,
): Promise<GenesysAnswer> => {
  try {
    return await requestGenesys({
      method: 'GET',
      url: new URL(path, api),
      headers: { authorization: `Bearer ${accessToken}` },
      timeoutMs: TIMEOUT_MS,
    });
  } catch (error) {
    throw error instanceof GenesysUnreachableError
      ? new OperatorError(
          'GenesysUnreachable',
          `no answer from ${error.host} (${error.reason}); check the network and the Genesys region`,
        )
      : error;
  }
};

/** What to do about an answer by its kind: that of the token as a whole, or of what it may do. */
interface Remedies {
  readonly unauthorized: string;
  readonly forbidden: string;
}

/** The error for an answer that is no success, with the remedy of its kind. */
export const genesysRefusal = (
  what: string,
  answer: GenesysAnswer,
  { unauthorized, forbidden }: Remedies,
): OperatorError => {
  const said = `${what} (HTTP ${answer.status}, ${answer.errorCode ?? 'no error code'})`;
  if (isAddressRefused(answer)) {
    return new OperatorError('AddressNotAllowed', `${said}: ${ADDRESS_REMEDY}`);
  }
  switch (answer.status) {
    case 401:
      return new OperatorError('TokenRefused', `${said}: Genesys Cloud refuses the token; ${unauthorized}`);
    case 403:
      return new OperatorError('GenesysRefused', `${said}: ${forbidden}`);
    default:
      return new OperatorError('GenesysUnavailable', `${said}; run it again in a few minutes`);
  }
};
