import type { Authorizer, Caller, Decision, RequestContext } from '../../tools/local-cloud/aws/iam';
import { requestContext, type ServiceSource } from '../../tools/local-cloud/aws/iam/request-context';
import { MovableClock } from '../../tools/local-cloud/clock';
import { StackAuthorization } from '../../tools/local-cloud/stack/parts/authorization';
import * as schemas from '../../tools/local-cloud/stack/schemas';
import { evaluateDeclarations } from '../../tools/local-cloud/stack/stack-resources';
import type { SynthesizedStack } from '../../tools/local-cloud/stack/synthesized-stack';

/** One action on one resource, and what differs from a usual request over TLS. */
export interface Question {
  readonly action: string;
  /** An ARN. */
  readonly resource: string;
  /** Over what every request carries. @default - nothing more */
  readonly context?: RequestContext;
}

/** The ARNs of what a stack declares, by the roles that they play. */
export interface StackArns {
  readonly rotationRole: string;
  readonly moverRole: string;
  readonly rotationFunction: string;
  readonly moverFunction: string;
  readonly secret: string;
  readonly key: string;
  readonly bucket: string;
  readonly events: string;
  readonly failures: string;
  readonly undelivered: string;
  /** The rule of the partner bus. */
  readonly voicemailRule: string;
  /** The schedule of the reconcile; undefined where there is none. */
  readonly reconcileRule: string | undefined;
  readonly rotationLogGroup: string;
  readonly moverLogGroup: string;
}

/** The only entry whose ARN ends in a text. */
const endingIn = (arns: readonly string[], end: string): string => {
  const [only, ...others] = arns.filter((arn) => arn.endsWith(end));
  if (only === undefined || others.length > 0) {
    throw new Error(`expected one ARN that ends in ${end} among ${arns.join(', ')}`);
  }
  return only;
};

/** Every policy of a synthesized stack, to be asked without anything running. */
export class StackPolicies {
  readonly arns: StackArns;
  readonly accountId: string;
  readonly region: string;
  readonly #authorizer: Authorizer;

  constructor({ declarations, environment }: SynthesizedStack) {
    const { accountId, region } = environment;
    this.accountId = accountId;
    this.region = region;
    const resources = evaluateDeclarations(declarations, {
      ...environment,
      awsOrigin: 'https://sqs.local',
      createSecret: ({ name }) => `arn:aws:secretsmanager:${region}:${accountId}:secret:${name}-a1B2c3`,
    });
    const authorization = new StackAuthorization({ ...environment, clock: new MovableClock() });
    authorization.learn(resources);
    this.#authorizer = authorization.authorizer;

    const functions = resources.all('aws_lambda_function', schemas.functionSchema);
    const functionNamed = (end: string) =>
      endingIn(
        functions.map(({ arn }) => arn),
        end,
      );
    const roleOf = (functionArn: string) => functions.find(({ arn }) => arn === functionArn)?.role ?? '';
    const queues = resources.all('aws_sqs_queue', schemas.queueSchema).map(({ arn }) => arn);
    const rules = resources.all('aws_cloudwatch_event_rule', schemas.ruleSchema);
    const logGroup = (functionArn: string) =>
      `arn:aws:logs:${region}:${accountId}:log-group:/aws/lambda/${functionArn.split(':').at(-1)}`;
    const rotationFunction = functionNamed('refresh-auth-token');
    const moverFunction = functionNamed('move-voicemail-to-s3');
    this.arns = {
      rotationFunction,
      moverFunction,
      rotationRole: roleOf(rotationFunction),
      moverRole: roleOf(moverFunction),
      secret: resources.only('aws_secretsmanager_secret', schemas.secretSchema).arn,
      key: resources.only('aws_kms_key', schemas.keySchema).arn,
      bucket: resources.only('aws_s3_bucket', schemas.bucketSchema).arn,
      events: endingIn(queues, '-events'),
      failures: endingIn(queues, '-failures'),
      undelivered: endingIn(queues, '-undelivered'),
      voicemailRule: endingIn(
        rules.map(({ arn }) => arn),
        '-end-1',
      ),
      reconcileRule: rules.find(
        ({ event_bus_name, schedule_expression }) =>
          event_bus_name === 'default' && schedule_expression !== undefined,
      )?.arn,
      rotationLogGroup: logGroup(rotationFunction),
      moverLogGroup: logGroup(moverFunction),
    };
  }

  /** Asks in the name of a role. */
  ofRole(roleArn: string, question: Question): Decision {
    return this.#ask({ type: 'role', arn: roleArn }, question);
  }

  /** Asks in the name of a service that acts on its own behalf, for one of somebody's resources. */
  ofService(name: string, question: Question, source?: ServiceSource): Decision {
    return this.#ask({ type: 'service', name }, question, source);
  }

  #ask(caller: Caller, { action, resource, context = {} }: Question, source?: ServiceSource): Decision {
    const { accountId, region } = this;
    return this.#authorizer.decide({
      caller,
      action,
      resource,
      context: requestContext({ caller, source, accountId, region, nowMs: 0 }, context),
    });
  }
}
