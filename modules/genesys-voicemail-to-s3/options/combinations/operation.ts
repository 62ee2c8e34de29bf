import type { Combination } from './combination';

/** Seconds that RefreshAuthToken needs: a request's timeout, the write budget and its deadline margin, and a start. */
const LEAST_REFRESH_TIMEOUT_SECONDS = 60;

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
    of: ['moveVoicemailToS3', 'maximumConcurrency'],
    field: 'reservedConcurrency',
    holds: ({ moveVoicemailToS3: { reservedConcurrency }, maximumConcurrency }) =>
      reservedConcurrency === undefined || reservedConcurrency >= maximumConcurrency,
    hcl: 'var.move_voicemail_to_s3.reserved_concurrency == null ? true : var.move_voicemail_to_s3.reserved_concurrency >= var.maximum_concurrency',
    received: ({ moveVoicemailToS3 }) => moveVoicemailToS3.reservedConcurrency,
    allowed: "at least maximumConcurrency, or the queue's messages are turned away",
  },
];
