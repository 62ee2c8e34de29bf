import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import * as v from 'valibot';
import type { MoveVoicemailToS3Variables } from '../../../functions/move-voicemail-to-s3/environment';
import { type LocalAws, startLocalAws } from '../../../local/aws';
import { createS3, type LocalS3, type ObjectVersion } from '../../../local/aws/s3';
import { MovableClock } from '../../../local/clock';
import type { Fault, FaultSource, OutsideCall } from '../../../local/faults';
import {
  type GenesysBehaviour,
  type GenesysCloud,
  type LeaveVoicemailInput,
  type LeftVoicemail,
  startGenesysCloud,
  type VoicemailEndEvent,
} from '../../../local/genesys';
import { type BatchReport, EventSourceMapping, type InvocationResult, LambdaHost } from '../../../local/lambda';
import { queuePort } from '../../../local/stack/queue-port';
