import { Token } from 'cdktf';
import { IDS_PER_RULE, IDS_PER_RULE_WITH_DIVISIONS } from '../events/event-pattern';
import { DEFAULT_LOOK_BACK_DAYS, DEFAULT_MAXIMUM_CONCURRENCY } from './defaults';
import { InvalidOptionError } from './invalid-option';
import type { GenesysVoicemailToS3Props } from './props';

/**
 * The name of the partner event source, which is also its bus's.
 *
 * @throws InvalidOptionError where it is not given once.
 */
export const partnerNameOf = ({
  eventSourceName,
  existingEventBusName,
}: GenesysVoicemailToS3Props): string => {
  const [name, second] = [eventSourceName, existingEventBusName].filter((given) => given !== undefined);
  if (name === undefined) {
    throw new InvalidOptionError(
      'eventSourceName',
      undefined,
      'either eventSourceName or existingEventBusName, each in the form aws.partner/genesys.com/cloud/<organisation id>/<suffix>',
    );
  }
  if (second !== undefined) {
    throw new InvalidOptionError(
      'existingEventBusName',
      second,
      'either eventSourceName (a bus is created) or existingEventBusName, not both',
    );
  }
  return name;
};

/**
 * Checks what the options say together.
 *
 * @throws InvalidOptionError for the first combination that is not allowed.
 */
export const checkTogether = (props: GenesysVoicemailToS3Props): void => {
  const { queueIds = [], excludedQueueIds = [] } = props;
  partnerNameOf(props);
  if (queueIds.length > 0 && excludedQueueIds.length > 0) {
    throw new InvalidOptionError(
      'excludedQueueIds',
      excludedQueueIds,
      'either queueIds or excludedQueueIds, not both',
    );
  }
  const excludable = (props.divisionIds ?? []).length > 0 ? IDS_PER_RULE_WITH_DIVISIONS : IDS_PER_RULE;
  if (excludedQueueIds.length > excludable) {
    throw new InvalidOptionError(
      'excludedQueueIds',
      `${excludedQueueIds.length} ids`,
      `at most ${excludable} here, because they have to stand in one rule of 2,048 characters`,
    );
  }
  checkReconcile(props);
  if (props.existingBucketName !== undefined) {
    refuseWithExistingBucket(props);
  } else if ((props.retentionDays === undefined) === (props.retainForever !== true)) {
    throw new InvalidOptionError(
      'retentionDays',
      props.retentionDays,
      'either retentionDays or "retainForever": true',
    );
  }
  checkEnvironmentSize(props);
  checkNetwork(props);
  if (props.accessLogPrefix !== undefined && props.accessLogBucketName === undefined) {
    throw new InvalidOptionError(
      'accessLogPrefix',
      props.accessLogPrefix,
      'only together with accessLogBucketName',
    );
  }
};

const checkNetwork = ({ vpcSubnetIds, vpcSecurityGroupIds }: GenesysVoicemailToS3Props): void => {
  if (vpcSubnetIds === undefined && vpcSecurityGroupIds === undefined) {
    return;
  }
  const lists = { vpcSubnetIds, vpcSecurityGroupIds };
  for (const [option, list] of Object.entries(lists)) {
    if (list === undefined || list.length === 0) {
      throw new InvalidOptionError(
        option,
        list,
        'at least one id in vpcSubnetIds and one in vpcSecurityGroupIds, or neither option',
      );
    }
  }
};

/** Ids that the environment of MoveVoicemailToS3 has room for, beside what else is in it. */
const MOST_LISTED = 75;

const checkReconcile = (props: GenesysVoicemailToS3Props): void => {
  const { reconcileEnabled, reconcileLookBackDays = DEFAULT_LOOK_BACK_DAYS, retentionDays } = props;
  const groupIds = props.groupIds ?? [];
  const listed = [...(props.queueIds ?? []), ...groupIds];
  if (listed.length > MOST_LISTED) {
    throw new InvalidOptionError(
      'groupIds',
      `${listed.length} ids together with queueIds`,
      `at most ${MOST_LISTED} together with queueIds; use a second instance for the rest`,
    );
  }
  if (reconcileEnabled === true && listed.length === 0) {
    throw new InvalidOptionError(
      'reconcileEnabled',
      true,
      'true only with queueIds or groupIds, which are the lists to compare',
    );
  }
  if (reconcileEnabled === false && groupIds.length > 0) {
    throw new InvalidOptionError(
      'groupIds',
      groupIds,
      'only with the reconcile, because Genesys sends no event for the voicemail of groups',
    );
  }
  if (listed.length > 0 && retentionDays !== undefined && reconcileLookBackDays >= retentionDays) {
    throw new InvalidOptionError(
      'reconcileLookBackDays',
      reconcileLookBackDays,
      `less than retentionDays (${retentionDays}), or the reconcile brings back what has expired`,
    );
  }
};

/** Characters that the lists may take of the 4 KB of a function's environment; names and ARNs need the rest. */
export const LISTED_CHARACTERS = 2_900;

const checkEnvironmentSize = ({
  queueIds,
  groupIds,
  mediaHosts,
  objectTags,
}: GenesysVoicemailToS3Props): void => {
  const lists = [
    queueIds,
    groupIds,
    mediaHosts,
    Object.entries(objectTags ?? {}).map(([name, value]) => `${name}=${value}`),
  ];
  const characters = lists
    .map((list) => (list ?? []).join(',').length)
    .reduce((sum, length) => sum + length, 0);
  if (characters > LISTED_CHARACTERS) {
    throw new InvalidOptionError(
      'queueIds, groupIds, mediaHosts and objectTags together',
      `${characters} characters`,
      `at most ${LISTED_CHARACTERS}, about 75 ids, because Lambda's environment holds 4 KB; use a second instance for the rest`,
    );
  }
};

const refuseWithExistingBucket = (props: GenesysVoicemailToS3Props): void => {
  const settings = [
    'retentionDays',
    'retainForever',
    'noncurrentRetentionDays',
    'transitions',
    'accessLogBucketName',
  ] as const satisfies readonly (keyof GenesysVoicemailToS3Props)[];
  for (const option of settings) {
    if (props[option] !== undefined) {
      throw new InvalidOptionError(
        option,
        props[option],
        'only without existingBucketName, whose owner decides this',
      );
    }
  }
};

/** Seconds that RefreshAuthToken needs: a request's timeout, the write budget and its deadline margin, and a start. */
const MINIMUM_REFRESH_TIMEOUT_SECONDS = 60;

/** @throws InvalidOptionError for a function's setting that does not go with another. */
export const checkFunctions = ({
  refreshAuthToken,
  moveVoicemailToS3,
  maximumConcurrency = DEFAULT_MAXIMUM_CONCURRENCY,
}: GenesysVoicemailToS3Props): void => {
  const refreshTimeout = refreshAuthToken?.timeoutSeconds;
  if (refreshTimeout !== undefined && refreshTimeout < MINIMUM_REFRESH_TIMEOUT_SECONDS) {
    throw new InvalidOptionError(
      'refreshAuthToken.timeoutSeconds',
      refreshTimeout,
      `at least ${MINIMUM_REFRESH_TIMEOUT_SECONDS}, so that a new token can be written after it was asked for`,
    );
  }
  const reserved = moveVoicemailToS3?.reservedConcurrency;
  if (
    reserved !== undefined &&
    !Token.isUnresolved(reserved) &&
    !Token.isUnresolved(maximumConcurrency) &&
    reserved < maximumConcurrency
  ) {
    throw new InvalidOptionError(
      'moveVoicemailToS3.reservedConcurrency',
      reserved,
      `at least maximumConcurrency (${maximumConcurrency}), or the queue's messages are turned away`,
    );
  }
};
