import { AUDIO_FORMATS } from '../../../../functions/move-voicemail-to-s3/contract/audio-format';
import { GENESYS_REGIONS } from '../../../../functions/shared/genesys-region';
import { choice, flag, genesysIds, listOf, type OptionTable, text, UUID, wholeNumber } from '../rule';

const partnerName = text(
  `aws\\.partner/genesys\\.com/cloud/${UUID}/[A-Za-z0-9._-]{1,64}`,
  'aws.partner/genesys.com/cloud/<organization id>/<suffix>, the id a UUID in lower case, the suffix up to 64 of A-Z a-z 0-9 . _ -',
);

const hostName = text(
  '(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\\.)+[a-z](?:[a-z0-9-]{0,61}[a-z0-9])?',
  'a host name in lower case such as api-downloads.mypurecloud.de, without scheme, port or wildcard, and no address',
  253,
);

/** Which voicemail is moved, and what becomes of it. */
export const VOICEMAIL_OPTIONS = {
  genesysRegion: {
    doc: 'Region of the Genesys Cloud organization: its AWS region (`eu-central-1`) or its domain (`mypurecloud.de`).',
    rule: choice(
      GENESYS_REGIONS.flatMap(({ awsRegion, domain }) => [awsRegion, domain]),
      `${GENESYS_REGIONS.map(({ awsRegion, domain }) => `${awsRegion} (${domain})`).join(', ')}, by either name`,
    ),
    literal: true,
  },
  eventSourceName: {
    doc: 'Name of the partner event source that the Genesys EventBridge integration made: `aws.partner/genesys.com/cloud/<organization id>/<suffix>`. The partner event bus is created under the same name.',
    rule: partnerName,
    leftOut: '`existingEventBusName` names the bus',
  },
  existingEventBusName: {
    doc: 'Name of a partner event bus that exists already, made for another subscriber: one source feeds one bus. A partner bus bears the name of its source.',
    rule: partnerName,
    leftOut: 'the bus is created from `eventSourceName`',
  },
  queueIds: {
    doc: 'Ids of the Genesys queues whose voicemail is moved, at most 75. They become event rules of 40 each.',
    rule: genesysIds('queue', 'Admin > Contact Center > Queues', 75),
    byDefault: [],
    leftOut: 'every queue',
    literal: 'length',
  },
  excludedQueueIds: {
    doc: 'Ids of the Genesys queues whose voicemail is left alone, at most 40; not together with `queueIds`.',
    rule: genesysIds('queue', 'Admin > Contact Center > Queues', 40),
    byDefault: [],
    leftOut: 'no queue is left out',
    literal: 'length',
  },
  groupIds: {
    doc: 'Ids of the Genesys groups whose voicemail is moved too, at most 75 together with `queueIds`. Genesys sends no event for them, so the reconcile moves them; the service user has to be a member of each.',
    rule: genesysIds('group', 'Admin > Directory > Groups', 75),
    byDefault: [],
    leftOut: "no group's voicemail is moved",
    literal: 'length',
  },
  divisionIds: {
    doc: 'Ids of the Genesys divisions whose voicemail is moved, at most 10.',
    rule: genesysIds('division', 'Admin > Directory > Divisions', 10),
    byDefault: [],
    leftOut: 'every division',
    literal: 'length',
  },
  minimumDurationMs: {
    doc: 'Milliseconds; a shorter voicemail is left alone. An event that tells no duration passes.',
    rule: wholeNumber(0, 3_600_000, 'milliseconds'),
    byDefault: 0,
    literal: true,
  },
  voicemailWaitMinutes: {
    doc: 'Minutes after the event during which a voicemail may still appear at Genesys.',
    rule: wholeNumber(0, 1_440, 'minutes'),
    byDefault: 60,
    literal: true,
  },
  name: {
    doc: "Prefix of every resource's name, at most 24 characters. Two instances in one account need two names.",
    rule: {
      ...text(
        '[a-z][a-z0-9]*(?:-[a-z0-9]+)*',
        '1 to 24 of a-z 0-9 -, beginning with a letter, no two hyphens together, and not with sthree- or amzn-s3-demo-, which S3 reserves: the bucket is named <name>-<account>-<region>',
        24,
      ),
      excluded: '^(?:sthree|amzn-s3-demo)(?:-|$)',
    },
    byDefault: 'genesys-voicemail',
    literal: true,
  },
  audioFormat: {
    doc: 'Format of the stored audio, one of those that Genesys offers.',
    rule: { ...choice(Object.keys(AUDIO_FORMATS)), closedType: true },
    byDefault: 'WEBM',
  },
  maximumAudioBytes: {
    doc: 'Bytes; a larger recording is refused and goes to the failures queue.',
    rule: wholeNumber(1, 5_000_000_000, 'bytes'),
    byDefault: 104_857_600,
    literal: true,
  },
  mediaHosts: {
    doc: 'The only hosts that recordings may be downloaded from.',
    rule: listOf(hostName, 'host names', 10),
    byDefault: [],
    leftOut: "hosts of the Genesys region's own domain and of Amazon S3",
    literal: 'entries',
  },
  storeTranscript: {
    doc: 'Whether the sidecar holds the transcript where Genesys has one. It is what the caller said, spoken card numbers included; with false it is not asked for.',
    rule: flag,
    byDefault: true,
    literal: true,
  },
  transcriptWaitHours: {
    doc: 'Hours after a voicemail was left during which the reconcile looks again for a transcript that was not there when it was stored; 0 looks once.',
    rule: wholeNumber(0, 720, 'hours'),
    byDefault: 24,
    literal: true,
  },
  disconnectAfterStore: {
    doc: 'Whether the callback is disconnected once its voicemail is stored.',
    rule: flag,
    byDefault: false,
    literal: true,
  },
  markReadAfterStore: {
    doc: 'Whether the voicemail is marked read once it is stored. Best effort: Genesys refuses it to service users.',
    rule: flag,
    byDefault: false,
    literal: true,
  },
  deleteAfterStore: {
    doc: 'Whether the voicemail is deleted at Genesys once its stored checksum is confirmed.',
    rule: flag,
    byDefault: false,
    literal: true,
  },
} as const satisfies OptionTable;
