import { ListEventSourceMappingsCommand } from '@aws-sdk/client-lambda';
import { readMoveSettings, readRefreshSettings, secretArnsOf } from '../../deployment';
import { type Check, finding, ok } from './check';

/** The functions, and what feeds the one that moves. */
export const functionChecks: readonly Check[] = [
  {
    name: 'refresh-function',
    needs: [],
    async look({ deployment: { aws, outputs }, learned }) {
      learned.refreshSettings = await readRefreshSettings(aws.lambda, outputs.refresh_function_arn);
      return ok(`is told the region ${learned.refreshSettings.GENESYS_REGION.domain}`);
    },
  },
  {
    name: 'move-function',
    needs: [],
    async look({ deployment: { aws, outputs }, learned }) {
      const settings = await readMoveSettings(aws.lambda, outputs.move_function_arn);
      learned.moveSettings = settings;
      const wrong = (
        [
          ['TOKEN_SECRET_ARNS', settings.TOKEN_SECRET_ARNS.join(','), secretArnsOf(outputs).join(',')],
          ['ARCHIVE_BUCKET_NAME', settings.ARCHIVE_BUCKET_NAME, outputs.bucket_name],
          ['EVENTS_QUEUE_URL', settings.EVENTS_QUEUE_URL, outputs.events_queue_url],
          ['FAILURES_QUEUE_URL', settings.FAILURES_QUEUE_URL, outputs.failures_queue_url],
        ] as const
      ).find(([, told, output]) => told !== output);
      return wrong === undefined
        ? ok(`is told ${settings.QUEUE_IDS.length || 'all'} queues and ${settings.GROUP_IDS.length} groups`)
        : finding(
            `its variable ${wrong[0]} is ${wrong[1]}, the deployment's output says ${wrong[2]}`,
            'use the outputs of this deployment, or deploy it again',
          );
    },
  },
  {
    name: 'event-source-mapping',
    needs: [],
    async look({ deployment: { aws, outputs } }) {
      const { EventSourceMappings: mappings = [] } = await aws.lambda.send(
        new ListEventSourceMappingsCommand({
          EventSourceArn: outputs.events_queue_arn,
          FunctionName: outputs.move_function_arn,
        }),
      );
      const [mapping] = mappings;
      if (mapping === undefined) {
        return finding('nothing feeds the events queue to MoveVoicemailToS3', 'deploy again');
      }
      return mapping.State === 'Enabled'
        ? ok('feeds the events queue to the function')
        : finding(
            `the mapping of the events queue is ${mapping.State ?? 'in an unknown state'}; voicemail waits in the queue`,
            `aws lambda update-event-source-mapping --enabled --uuid ${mapping.UUID ?? '<uuid>'}`,
          );
    },
  },
];
