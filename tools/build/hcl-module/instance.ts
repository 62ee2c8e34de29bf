import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformOutput, TerraformStack } from 'cdktf';
import {
  GenesysVoicemailToS3,
  type GenesysVoicemailToS3Props,
  MODULE_OUTPUTS,
} from '../../../modules/genesys-voicemail-to-s3';

/** The id of the instance in its stack, which the module's names leave out. */
export const INSTANCE_ID = 'voicemail';

/**
 * Values that are found again in what is synthesized, to be replaced by variables. None of them is anywhere by itself.
 *
 * Every option that adds a resource, a block or a right is given, so that all of them are there.
 */
export const LARGEST = {
  genesysRegion: 'mypurecloud.de',
  eventSourceName: 'aws.partner/genesys.com/cloud/11111111-1111-4111-8111-111111111111/stand-in',
  queueIds: ['22222222-2222-4222-8222-222222222222'],
  groupIds: ['33333333-3333-4333-8333-333333333333'],
  divisionIds: ['44444444-4444-4444-8444-444444444444'],
  minimumDurationMs: 1_234_567,
  voicemailWaitMinutes: 1_234,
  name: 'stand-in-name',
  audioFormat: 'OGG_OPUS',
  maximumAudioBytes: 1_234_567_890,
  mediaHosts: ['stand-in.example.com'],
  storeTranscript: false,
  disconnectAfterStore: true,
  markReadAfterStore: true,
  deleteAfterStore: true,
  reconcileLookBackDays: 123,
  retentionDays: 1_234,
  tokens: 2,
  secretReaders: ['arn:aws:iam::111111111111:role/stand-in-reader'],
  transcriptWaitHours: 345,
  paused: true,
  transitions: [{ days: 12, storageClass: 'GLACIER_IR' }],
  keyPrefix: 'stand-in-prefix/',
  objectTags: { standIn: 'tag' },
  accessLogBucketName: 'stand-in-logs',
  accessLogPrefix: 'stand-in-logs/',
  refreshAuthToken: { reservedConcurrency: 11 },
  moveVoicemailToS3: { reservedConcurrency: 12 },
  vpcSubnetIds: ['subnet-0123456789abcdef0'],
  vpcSecurityGroupIds: ['sg-0123456789abcdef0'],
  codeSigningConfigArn: 'arn:aws:lambda:eu-central-1:111111111111:code-signing-config:csc-0123456789abcdef0',
  alarmActions: ['arn:aws:sns:eu-central-1:111111111111:stand-in'],
  tokenAgeAlarmHours: 1_234,
  eventArchiveDays: 13,
  objectLockDays: 123,
  encryptEvents: true,
  catalog: true,
  permissionsBoundaryArn: 'arn:aws:iam::111111111111:policy/stand-in',
  iamPath: '/stand-in/',
  tags: { standIn: 'tag' },
} as const satisfies GenesysVoicemailToS3Props;

/** Synthesizes a stack that holds one instance and nothing else, outputs included. */
export const synthesizeInstance = (props: GenesysVoicemailToS3Props, outputFolder: string): string => {
  // Stack traces would put absolute paths into the output.
  const app = new App({ outdir: outputFolder, stackTraces: false });
  const stack = new TerraformStack(app, 'module');
  // cdktf wants a provider; the module leaves it to its caller.
  new AwsProvider(stack, 'aws', { region: 'eu-central-1' });
  const instance = new GenesysVoicemailToS3(stack, INSTANCE_ID, props);
  for (const { name, description, readFrom } of MODULE_OUTPUTS) {
    new TerraformOutput(stack, name, { description, value: readFrom(instance) });
  }
  app.synth();
  return readFileSync(join(outputFolder, 'stacks/module/cdk.tf.json'), 'utf8');
};
