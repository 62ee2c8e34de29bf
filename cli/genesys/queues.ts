import * as v from 'valibot';
import { type GenesysOrigins, genesysOrigins, requestGenesys } from '../../functions/shared/genesys-http';
import { genesysId } from '../../functions/shared/genesys-id';
import { type Deployment, readMoveSettings } from '../deployment';
import { EXIT_CODE, OperatorError } from '../errors';
import { readCurrentToken } from './current-token';

/** A queue of the organization. */
export interface Queue {
  readonly id: string;
  readonly name: string;
}

const TIMEOUT_MS = 15_000;
const PAGE_SIZE = 100;

/** Part of `QueueEntityListing`, the answer of `GET /api/v2/routing/queues`. */
const queuePage = v.object({
  entities: v.array(v.object({ id: v.string(), name: v.optional(v.string(), '') })),
  pageCount: v.optional(v.number(), 1),
});

/** Lists every queue that a token's user may see. @throws OperatorError */
export const listQueues = async ({ api }: GenesysOrigins, accessToken: string): Promise<readonly Queue[]> => {
  const queues: Queue[] = [];
  let pageCount = 1;
  for (let page = 1; page <= pageCount; page += 1) {
    const { status, body, errorCode } = await requestGenesys({
      method: 'GET',
      url: new URL(`/api/v2/routing/queues?pageSize=${PAGE_SIZE}&pageNumber=${page}&sortOrder=asc`, api),
      headers: { authorization: `Bearer ${accessToken}` },
      timeoutMs: TIMEOUT_MS,
    });
    const parsed = status === 200 ? v.safeParse(queuePage, body) : undefined;
    if (parsed?.success !== true) {
      throw new OperatorError(
        'GenesysRefused',
        `the queues cannot be listed (HTTP ${status}, ${errorCode ?? 'no error code'}): the OAuth client needs the scope routing:readonly, and the user the permission Routing > Queue > View; or give the queue's id with --queue`,
      );
    }
    queues.push(...parsed.output.entities);
    ({ pageCount } = parsed.output);
  }
  return queues;
};

/** The one queue of an id or a name. @throws OperatorError where there is none, or more than one. */
export const queueNamed = (queues: readonly Queue[], wanted: string): Queue => {
  const found = queues.filter(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
  const [queue, another] = found;
  if (queue === undefined || another !== undefined) {
    throw new OperatorError(
      'QueueUnknown',
      queue === undefined
        ? `there is no queue ${JSON.stringify(wanted)} that this user may see`
        : `${found.length} queues have the name ${JSON.stringify(wanted)}; name one by its id: ${found.map(({ id }) => id).join(', ')}`,
      EXIT_CODE.usage,
    );
  }
  return queue;
};

/** The id of a queue that a person names by its id or its name; for a name Genesys is asked, with the deployment's token. */
export const queueIdOf = async (deployment: Deployment, wanted: string): Promise<string> => {
  const id = v.safeParse(genesysId, wanted);
  if (id.success) {
    return id.output;
  }
  const { aws, outputs } = deployment;
  const settings = await readMoveSettings(aws.lambda, outputs.move_function_arn);
  const { accessToken } = await readCurrentToken(deployment);
  return queueNamed(await listQueues(genesysOrigins(settings), accessToken), wanted).id;
};
