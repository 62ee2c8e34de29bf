import type { Combination } from './combination';

/** Seconds that RefreshAuthToken needs: a request's timeout, the write budget and its deadline margin, and a start. */
const LEAST_REFRESH_TIMEOUT_SECONDS = 60;

/** Seconds in which MoveVoicemailToS3 can ask Genesys, download and store: three of its requests may take their whole time. */
const LEAST_MOVE_TIMEOUT_SECONDS = 30;

/** Characters that the policy of MoveVoicemailToS3 takes for each further secret, whose ARN stands in it twice. */
const SECRET_CHARACTERS = 224;
/** The same for the rights on network interfaces. */
const NETWORK_CHARACTERS = 760;
/** What these and the prefix, which stands four times, leave of the 6,144 characters of a managed policy. */
const POLICY_CHARACTERS = 2_400;

/** How the functions run. */
export const OPERATION_COMBINATIONS: readonly Combination[] = [
  {
    of: ['secretReaders', 'existingSecretArn'],
    holds: ({ secretReaders, existingSecretArn }) =>
      secretReaders === undefined || existingSecretArn === undefined,
    hcl: 'var.secret_readers == null || var.existing_secret_arn == null',
    allowed: 'only without existingSecretArn, whose policy its owner decides',
  },
  {
    of: ['encryptEvents', 'existingEventBusName', 'eventArchiveDays'],
    holds: ({ encryptEvents, existingEventBusName, eventArchiveDays }) =>
      !encryptEvents || existingEventBusName === undefined || eventArchiveDays !== undefined,
    hcl: '!var.encrypt_events || var.existing_event_bus_name == null || var.event_archive_days != null',
    allowed:
      'with existingEventBusName only together with eventArchiveDays: the owner of that bus encrypts it, so that nothing is left to encrypt here',
  },
  {
    of: ['vpcSecurityGroupIds', 'vpcSubnetIds'],
    holds: ({ vpcSubnetIds, vpcSecurityGroupIds }) =>
      (vpcSubnetIds.length === 0) === (vpcSecurityGroupIds.length === 0),
    hcl: '(length(var.vpc_subnet_ids) == 0) == (length(var.vpc_security_group_ids) == 0)',
    allowed: 'at least one id in vpcSubnetIds and one in vpcSecurityGroupIds, or neither option',
  },
  {
    of: ['refreshAuthToken'],
    field: 'timeoutSeconds',
    holds: ({ refreshAuthToken }) => refreshAuthToken.timeoutSeconds >= LEAST_REFRESH_TIMEOUT_SECONDS,
    hcl: `var.refresh_auth_token.timeout_seconds >= ${LEAST_REFRESH_TIMEOUT_SECONDS}`,
    received: ({ refreshAuthToken }) => refreshAuthToken.timeoutSeconds,
    allowed: `at least ${LEAST_REFRESH_TIMEOUT_SECONDS}, so that a new token can be written after it was asked for`,
  },
  {
    of: ['moveVoicemailToS3'],
    field: 'timeoutSeconds',
    holds: ({ moveVoicemailToS3 }) => moveVoicemailToS3.timeoutSeconds >= LEAST_MOVE_TIMEOUT_SECONDS,
    hcl: `var.move_voicemail_to_s3.timeout_seconds >= ${LEAST_MOVE_TIMEOUT_SECONDS}`,
    received: ({ moveVoicemailToS3 }) => moveVoicemailToS3.timeoutSeconds,
    allowed: `at least ${LEAST_MOVE_TIMEOUT_SECONDS}, so that a voicemail can be downloaded and stored before the run is ended`,
  },
  {
    of: ['tokens', 'existingSecretArn', 'keyPrefix', 'vpcSubnetIds'],
    holds: ({ tokens, existingSecretArn = '', keyPrefix, vpcSubnetIds }) =>
      (tokens - 1) * SECRET_CHARACTERS +
        2 * Math.max(existingSecretArn.length - SECRET_CHARACTERS / 2, 0) +
        4 * keyPrefix.length +
        (vpcSubnetIds.length === 0 ? 0 : NETWORK_CHARACTERS) <=
      POLICY_CHARACTERS,
    hcl: `(var.tokens - 1) * ${SECRET_CHARACTERS} + 2 * max(try(length(var.existing_secret_arn), 0) - ${SECRET_CHARACTERS / 2}, 0) + 4 * length(var.key_prefix) + (length(var.vpc_subnet_ids) == 0 ? 0 : ${NETWORK_CHARACTERS}) <= ${POLICY_CHARACTERS}`,
    allowed: `so few that they leave room in the policy of the function, of which IAM takes 6,144 characters: ${SECRET_CHARACTERS} for each further token, ${NETWORK_CHARACTERS} for vpcSubnetIds, four for each of keyPrefix and two for each beyond ${SECRET_CHARACTERS / 2} of existingSecretArn make at most ${POLICY_CHARACTERS}`,
  },
  {
    of: ['moveVoicemailToS3', 'maximumConcurrency'],
    field: 'reservedConcurrency',
    holds: ({ moveVoicemailToS3: { reservedConcurrency }, maximumConcurrency }) =>
      reservedConcurrency === undefined || reservedConcurrency >= maximumConcurrency,
    hcl: 'var.move_voicemail_to_s3.reserved_concurrency == null ? true : var.move_voicemail_to_s3.reserved_concurrency >= var.maximum_concurrency',
    received: ({ moveVoicemailToS3 }) => moveVoicemailToS3.reservedConcurrency,
    allowed: "at least maximumConcurrency, or the queue's messages are turned away",
  },
];
