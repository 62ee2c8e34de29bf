import { Token } from 'cdktf';
import { IDS_PER_RULE_WITH_DIVISIONS } from '../../events/event-pattern';
import type { CheckedOptions } from '../with-defaults';
import type { Combination } from './combination';

/** Ids that the environment of MoveVoicemailToS3 has room for, beside what else is in it. */
const MOST_LISTED = 75;

/** Bytes that the lists may take of the 4,096 of a function's environment as it is stored; names and ARNs need the rest. */
const LISTED_BYTES = 2_900;

/** Queues and groups that the reconcile compares. */
export const listed = ({ queueIds, groupIds }: CheckedOptions): number => queueIds.length + groupIds.length;

/** The same in HCL. */
export const LISTED = 'length(var.queue_ids) + length(var.group_ids)';

/** Tags as S3's header and the environment have them: a letter with an accent takes six bytes, a space three. */
const tagQuery = ({ objectTags }: CheckedOptions): string =>
  Object.entries(objectTags)
    .map((pair) => pair.map(encodeURIComponent).join('='))
    .join('&');

/** Bytes of the ARN of a secret that the module makes, and of its comma, with the longest name. */
const SECRET_BYTES = 110;

/** Lists that the environment holds with a comma between two entries. */
const LISTS = ['queueIds', 'excludedQueueIds', 'divisionIds', 'groupIds', 'mediaHosts'] as const;

/** An entry as long as it will be: a token stands for an id. */
const asStored = (entry: string): string => (Token.isUnresolved(entry) ? 'x'.repeat(36) : entry);

const storedBytes = (options: CheckedOptions): number =>
  [...LISTS.map((list) => options[list].map(asStored).join()), tagQuery(options)].join('').length +
  (options.tokens - 1) * SECRET_BYTES +
  Math.max((options.existingSecretArn ?? '').length - SECRET_BYTES, 0);

const encodedHcl = (text: string): string => `replace(urlencode(${text}), "+", "%20")`;

/** A list of ids in HCL: each has 36 characters in the environment, whatever form was given. */
const idsHcl = (list: string): string => `max(37 * length(var.${list}) - 1, 0)`;

const STORED_BYTES = [
  ...['queue_ids', 'excluded_queue_ids', 'division_ids', 'group_ids'].map(idsHcl),
  'length(join(",", var.media_hosts))',
  `length(join("&", [for name, value in var.object_tags : "\${${encodedHcl('name')}}=\${${encodedHcl('value')}}"]))`,
  `(var.tokens - 1) * ${SECRET_BYTES}`,
  `max(try(length(var.existing_secret_arn), 0) - ${SECRET_BYTES}, 0)`,
].join(' + ');

/** Which voicemail is moved. */
export const VOICEMAIL_COMBINATIONS: readonly Combination[] = [
  {
    of: ['eventSourceName', 'existingEventBusName'],
    holds: ({ eventSourceName, existingEventBusName }) =>
      (eventSourceName === undefined) !== (existingEventBusName === undefined),
    hcl: '(var.event_source_name == null) != (var.existing_event_bus_name == null)',
    allowed:
      'either eventSourceName (a bus is created) or existingEventBusName, not both, each in the form aws.partner/genesys.com/cloud/<organization id>/<suffix>',
  },
  {
    of: ['excludedQueueIds', 'queueIds'],
    holds: ({ excludedQueueIds, queueIds }) => excludedQueueIds.length === 0 || queueIds.length === 0,
    hcl: 'length(var.excluded_queue_ids) == 0 || length(var.queue_ids) == 0',
    allowed: 'either queueIds or excludedQueueIds, not both',
  },
  {
    of: ['excludedQueueIds', 'divisionIds'],
    holds: ({ excludedQueueIds, divisionIds }) =>
      excludedQueueIds.length <= IDS_PER_RULE_WITH_DIVISIONS || divisionIds.length === 0,
    hcl: `length(var.excluded_queue_ids) <= ${IDS_PER_RULE_WITH_DIVISIONS} || length(var.division_ids) == 0`,
    received: ({ excludedQueueIds }) => `${excludedQueueIds.length} ids`,
    allowed: `at most ${IDS_PER_RULE_WITH_DIVISIONS} together with divisionIds, because they have to stand in one rule of 2,048 characters`,
  },
  {
    of: ['groupIds', 'queueIds'],
    holds: (options) => listed(options) <= MOST_LISTED,
    hcl: `${LISTED} <= ${MOST_LISTED}`,
    received: (options) => `${listed(options)} ids together with queueIds`,
    allowed: `at most ${MOST_LISTED} together with queueIds, because Lambda's environment holds 4 KB; use a second instance for the rest`,
  },
  {
    of: ['objectTags', ...LISTS, 'tokens'],
    holds: (options) => storedBytes(options) <= LISTED_BYTES,
    hcl: `${STORED_BYTES} <= ${LISTED_BYTES}`,
    received: (options) =>
      `${storedBytes(options)} bytes together with the lists of ids, mediaHosts, tokens and existingSecretArn`,
    allowed: `at most ${LISTED_BYTES} bytes together with the lists of ids, mediaHosts, ${SECRET_BYTES} for each further token and what is beyond ${SECRET_BYTES} of existingSecretArn, as stored (each character of a tag but A-Z a-z 0-9 - _ . takes three or more), because Lambda's environment holds 4,096; use a second instance for the rest`,
  },
];
