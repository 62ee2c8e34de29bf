import * as v from 'valibot';
import {
  PermanentFailureError,
  TemporaryError,
  type VoicemailOwner,
} from '../../../functions/move-voicemail-to-s3/contract/operator';
import { missingScopes } from '../../../functions/refresh-auth-token/contract/operator';
import {
  ADDRESS_REMEDY,
  type GenesysAnswer,
  GenesysUnreachableError,
  genesysOrigins,
  isAddressRefused,
  requestGenesys,
} from '../../../functions/shared/genesys-http';
import { withoutFunctionWords } from '../../errors';
import { identityLine, openGenesys, readIdentity } from '../../genesys';
import { type Check, type Examination, finding, type Look, learnedBy, ok, tokenCommand } from './check';

const TIMEOUT_MS = 15_000;

const ask = ({ learned }: Examination, path: string): Promise<GenesysAnswer> => {
  const { accessToken } = learnedBy(learned.tokenSecret, 'secret');
  return requestGenesys({
    method: 'GET',
    url: new URL(path, genesysOrigins(learnedBy(learned.moveSettings, 'move-function')).api),
    headers: { authorization: `Bearer ${accessToken}` },
    timeoutMs: TIMEOUT_MS,
  });
};

const describe = ({ status, errorCode }: GenesysAnswer): string =>
  `HTTP ${status}, ${errorCode ?? 'no error code'}`;

const tokenInfo = v.object({
  authorizedScope: v.optional(v.array(v.string())),
  dateTokenIdles: v.optional(v.string()),
});

const tokenTimeout = v.object({
  enableIdleTokenTimeout: v.optional(v.boolean()),
  inactivityTimeoutGroupsEnabled: v.optional(v.boolean()),
});

const TIMEOUT_REMEDY =
  "turn the organization's inactivity timeout off for the service user: with it on Genesys gives no refresh token and ends an access token that rests";

const lookAtMailbox = async (examination: Examination, owner: VoicemailOwner): Promise<Look> => {
  const { deployment, learned } = examination;
  const { voicemail } = openGenesys(deployment, learnedBy(learned.moveSettings, 'move-function'));
  try {
    await voicemail.page(owner, 1);
    return ok('its voicemail can be read');
  } catch (error) {
    if (error instanceof PermanentFailureError) {
      return finding(
        `the voicemail of ${owner.kind} ${owner.id} cannot be read: ${withoutFunctionWords(error.message)}`,
        error.failureClass === 'FORBIDDEN'
          ? `give the service user ${owner.kind === 'queue' ? 'the permission Voicemail > ACD Voicemail > View in its division' : 'membership of the group'}`
          : `check that the ${owner.kind} exists; take its id out of the deployment where it was deleted`,
      );
    }
    if (error instanceof TemporaryError) {
      return finding(
        `Genesys Cloud does not answer: ${withoutFunctionWords(error.message)}`,
        'run doctor again in a few minutes',
      );
    }
    throw error;
  }
};

/** One check for each mailbox that the deployment names. */
export const mailboxChecks = (owners: readonly VoicemailOwner[]): readonly Check[] =>
  owners.map((owner) => ({
    name: `${owner.kind}:${owner.id}`,
    needs: ['token-live', 'token-scopes'],
    look: (examination) => lookAtMailbox(examination, owner),
  }));

/** The token at Genesys Cloud. */
export const genesysChecks: readonly Check[] = [
  {
    name: 'token-live',
    needs: ['secret', 'move-function'],
    async look(examination) {
      const { learned } = examination;
      try {
        const answer = await ask(examination, '/api/v2/tokens/me');
        const parsed = answer.status === 200 ? v.safeParse(tokenInfo, answer.body) : undefined;
        if (parsed?.success !== true) {
          if (isAddressRefused(answer)) {
            return finding(
              "Genesys Cloud refuses this machine's IP address (401 ip.not.authorized)",
              ADDRESS_REMEDY,
            );
          }
          return answer.status >= 500 || answer.status === 429
            ? finding(
                `Genesys Cloud cannot answer now: ${describe(answer)}`,
                'run doctor again in a few minutes',
              )
            : finding(
                `Genesys Cloud refuses the access token: ${describe(answer)}`,
                `see "rotation"; where that is fine, the login was revoked: run ${tokenCommand('authorize', examination)}`,
              );
        }
        learned.tokenScopes = parsed.output.authorizedScope;
        learned.tokenIdlesAt = parsed.output.dateTokenIdles;
        const origins = genesysOrigins(learnedBy(learned.moveSettings, 'move-function'));
        const { accessToken } = learnedBy(learned.tokenSecret, 'secret');
        learned.identity = await readIdentity(origins, accessToken);
        return ok(
          learned.identity === undefined
            ? 'Genesys Cloud takes the access token'
            : `Genesys Cloud takes the access token: ${identityLine(learned.identity)}`,
        );
      } catch (error) {
        if (error instanceof GenesysUnreachableError) {
          return finding(
            `no answer from ${error.host} (${error.reason})`,
            'check the network from here, and the genesysRegion of the deployment',
          );
        }
        throw error;
      }
    },
  },
  {
    name: 'token-scopes',
    needs: ['token-live', 'refresh-function'],
    async look(examination) {
      const { learned } = examination;
      const { REQUIRED_SCOPES } = learnedBy(learned.refreshSettings, 'refresh-function');
      if (learned.tokenScopes === undefined) {
        return ok('Genesys Cloud does not tell the scopes of this token');
      }
      const missing = missingScopes(REQUIRED_SCOPES, learned.tokenScopes);
      return missing.length === 0
        ? ok(`the OAuth client has ${REQUIRED_SCOPES.join(', ')}`)
        : finding(
            `the OAuth client lacks the scope ${missing.join(', ')}`,
            `add it to the client in Genesys Cloud, then run ${tokenCommand('authorize', examination)}`,
          );
    },
  },
  {
    name: 'inactivity-timeout',
    needs: ['token-live'],
    async look(examination) {
      if (examination.learned.tokenIdlesAt !== undefined) {
        return finding('an inactivity timeout is on for the token', TIMEOUT_REMEDY);
      }
      const answer = await ask(examination, '/api/v2/tokens/timeout');
      const parsed = answer.status === 200 ? v.safeParse(tokenTimeout, answer.body) : undefined;
      if (parsed?.success !== true) {
        return ok(`the token has none; the organization's setting cannot be read (${describe(answer)})`);
      }
      return parsed.output.enableIdleTokenTimeout === true
        ? finding("the organization's inactivity timeout is on", TIMEOUT_REMEDY)
        : ok('is off');
    },
  },
];
