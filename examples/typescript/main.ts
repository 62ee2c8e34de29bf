import { AwsProvider } from '@cdktf/provider-aws/lib/provider';
import { App, TerraformStack } from 'cdktf';
import { GenesysVoicemailToS3 } from 'genesys-voicemail-to-s3';

/*
 * A cdktf app of one's own with two instances: one team keeps its voicemail for a year, the other for 90 days and in
 * cheaper storage. In an application of yours, `npx ts-node main.ts` or `cdktf synth` synthesizes it; here, after
 * `npm run build`, `npx tsx examples/typescript/main.ts`.
 */

const EVENT_SOURCE = 'aws.partner/genesys.com/cloud/7f1c9a34-3d1b-4b0e-8a55-2f6d0c9e4b18/voicemail';

const app = new App();
const stack = new TerraformStack(app, 'voicemail');
new AwsProvider(stack, 'aws', { region: 'eu-central-1', allowedAccountIds: ['123456789012'] });

const care = new GenesysVoicemailToS3(stack, 'care', {
  name: 'voicemail-care',
  genesysRegion: 'mypurecloud.de',
  eventSourceName: EVENT_SOURCE,
  queueIds: ['2b6f0cc9-04d1-4c1d-8f3a-9a1f5f0b7c3e'],
  retentionDays: 365,
  alarmActions: ['arn:aws:sns:eu-central-1:123456789012:operators'],
});

const sales = new GenesysVoicemailToS3(stack, 'sales', {
  name: 'voicemail-sales',
  genesysRegion: 'mypurecloud.de',
  // One source feeds one bus: the second instance uses the bus of the first.
  existingEventBusName: care.eventBusName,
  queueIds: ['c0a8e5d2-7b64-4f0a-9c57-1e3d2b4a6f80'],
  retentionDays: 90,
  transitions: [{ days: 30, storageClass: 'GLACIER_IR' }],
});

// What the operator commands read. They take one of the two by --deployment voicemail/care.
care.addOutput();
sales.addOutput();

app.synth();
