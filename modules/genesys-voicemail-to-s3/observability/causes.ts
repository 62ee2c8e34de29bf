import { CloudwatchCompositeAlarm } from '@cdktf/provider-aws/lib/cloudwatch-composite-alarm';
import type { CloudwatchMetricAlarm } from '@cdktf/provider-aws/lib/cloudwatch-metric-alarm';
import type { Construct } from 'constructs';
import type { ModuleContext } from '../module-context';
import { notifying } from './alarm';

/** Which of the two lists of actions a cause notifies. */
export type Urgency = 'page' | 'notify';

interface CauseDefinition {
  readonly urgency: Urgency;
  readonly description: string;
  /** While that cause is in alarm, this one notifies nobody: it is its consequence. */
  readonly hiddenBy?: 'no-token';
}

/*
 * What can be wrong, as far as one person has to do one thing about it. One failure sets off several alarms (a rotation
 * step that fails is an error of the function, a count of its kind and an event of Secrets Manager); its cause sends one
 * message.
 */
export const CAUSES = {
  'no-token': {
    urgency: 'page',
    description:
      'Genesys accepts no token, or soon will not, and voicemail waits then: run doctor, and authorize again where it says so',
  },
  'mail-waits': {
    urgency: 'page',
    description:
      'Voicemail waits although a token works: run doctor; AWS, Genesys or the function refuses it',
    hiddenBy: 'no-token',
  },
  'events-undelivered': {
    urgency: 'page',
    description:
      'EventBridge cannot deliver to the events queue: deploy again, then redrive what is undelivered',
  },
  'rotation-trouble': {
    urgency: 'notify',
    description:
      'A rotation failed, came late or found something odd, but a token still works: see the kind of the failure in the log',
    hiddenBy: 'no-token',
  },
  'voicemail-failing': {
    urgency: 'notify',
    description:
      'Voicemail lies in the failures queue, each message with its class: mend the cause, then redrive',
  },
  'reconcile-blind': {
    urgency: 'notify',
    description: 'The reconcile does not see everything: it would not notice a lost event',
  },
} as const satisfies Readonly<Record<string, CauseDefinition>>;

/** The name of a cause. */
export type Cause = keyof typeof CAUSES;

const NAMES = Object.keys(CAUSES) as Cause[];

/** The actions of each urgency. */
export type Actions = Readonly<Record<Urgency, readonly string[]>>;

/**
 * Seconds that a hidden cause waits for the one that hides it, and stays quiet after it. Both alarms of one failure are
 * evaluated within the same minute or two.
 */
const SUPPRESSION = { waitPeriod: 180, extensionPeriod: 180 };

/** Creates one composite alarm per cause that has alarms, each named `cause-<cause>`. */
export const createCauses = (
  scope: Construct,
  alarmsOf: ReadonlyMap<Cause, readonly CloudwatchMetricAlarm[]>,
  { context, actions }: { readonly context: ModuleContext; readonly actions: Actions },
): readonly CloudwatchCompositeAlarm[] => {
  const created = new Map<Cause, CloudwatchCompositeAlarm>();
  for (const cause of NAMES) {
    const alarms = alarmsOf.get(cause) ?? [];
    if (alarms.length === 0) {
      continue;
    }
    const { urgency, description, hiddenBy }: CauseDefinition = CAUSES[cause];
    const hiding = hiddenBy === undefined ? undefined : created.get(hiddenBy);
    created.set(
      cause,
      new CloudwatchCompositeAlarm(scope, `cause_${cause.replaceAll('-', '_')}`, {
        alarmName: context.named(`cause-${cause}`),
        alarmDescription: description,
        alarmRule: alarms.map(({ alarmName }) => `ALARM("${alarmName}")`).join(' OR '),
        ...(hiding === undefined ? {} : { actionsSuppressor: { alarm: hiding.alarmName, ...SUPPRESSION } }),
        ...notifying(actions[urgency]),
        ...context.tags,
      }),
    );
  }
  return [...created.values()];
};
