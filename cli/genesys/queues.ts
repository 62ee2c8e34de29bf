import { distance } from 'fastest-levenshtein';
import * as v from 'valibot';
import { type GenesysOrigins, genesysOrigins } from '../../functions/shared/genesys-http';
import { genesysId } from '../../functions/shared/genesys-id';
import { commandOn, type Deployment, readMoveSettings } from '../deployment';
import { EXIT_CODE, OperatorError } from '../errors';
import { askGenesys, genesysRefusal } from './ask';
import { readCurrentToken } from './current-token';

/** A queue of the organization. */
export interface Queue {
  readonly id: string;
  readonly name: string;
}

const PAGE_SIZE = 100;

/** Part of `QueueEntityListing`, the answer of `GET /api/v2/routing/queues`. */
const queuePage = v.object({
  entities: v.array(v.object({ id: v.string(), name: v.optional(v.string(), '') })),
  pageCount: v.optional(v.number(), 1),
});

/**
 * Lists every queue that a token's user may see.
 *
 * @param unauthorized - what to do where Genesys refuses the token.
 * @throws OperatorError
 */
export const listQueues = async (
  origins: GenesysOrigins,
  accessToken: string,
  unauthorized: string,
): Promise<readonly Queue[]> => {
  const queues: Queue[] = [];
  let pageCount = 1;
  for (let page = 1; page <= pageCount; page += 1) {
    const path = `/api/v2/routing/queues?pageSize=${PAGE_SIZE}&pageNumber=${page}&sortOrder=asc`;
    const answer = await askGenesys(origins, accessToken, path);
    const parsed = answer.status === 200 ? v.safeParse(queuePage, answer.body) : undefined;
    if (parsed?.success !== true) {
      throw genesysRefusal('the queues cannot be listed', answer, {
        unauthorized,
        forbidden:
          "the OAuth client needs the scope routing:readonly, and the user the permission Routing > Queue > View; or give the queue's id with --queue",
      });
    }
    queues.push(...parsed.output.entities);
    ({ pageCount } = parsed.output);
  }
  return queues;
};

const MOST_NAMED = 10;

/** The queues that there are, or those whose names are nearest to what was wanted. */
const namesNear = (queues: readonly Queue[], wanted: string): string => {
  const edits = ({ name }: Queue): number => distance(name.toLowerCase(), wanted.toLowerCase());
  const near = [...queues].sort((one, other) => edits(one) - edits(other)).slice(0, MOST_NAMED);
  const more = queues.length - near.length;
  return near.length === 0
    ? 'it may see none'
    : `there ${near.length === 1 ? 'is' : 'are'} ${near.map(({ name }) => JSON.stringify(name)).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
};

/** The one queue of an id or a name. @throws OperatorError where there is none, or more than one. */
export const queueNamed = (queues: readonly Queue[], wanted: string): Queue => {
  const found = queues.filter(({ id, name }) => id === wanted.toLowerCase() || name === wanted);
  const [queue, another] = found;
  if (queue === undefined || another !== undefined) {
    throw new OperatorError(
      'QueueUnknown',
      queue === undefined
        ? `there is no queue ${JSON.stringify(wanted)} that this user may see; ${namesNear(queues, wanted)}`
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
  const again = `authorize again with "${commandOn(deployment, 'authorize')}"`;
  return queueNamed(await listQueues(genesysOrigins(settings), accessToken, again), wanted).id;
};
