import type { AccessRecord } from './access-record';
import type { Policy, Statement } from './policy';
import type { TextPattern } from './text-pattern';

/** One right that a policy gives a role: an action of a statement, on a resource of it. */
export interface Grant {
  /** The ARN of the role. */
  readonly principal: string;
  readonly policy: string;
  readonly statement: string;
  /** As the policy has it: `NotAction` and `NotResource` are grants of everything else, and carry that name in front. */
  readonly action: string;
  readonly resource: string;
}

interface Part {
  readonly text: string;
  matches(value: string): boolean;
}

/** The parts of an element that can be used, or left unused, one by one. */
const partsOf = (element: Statement['actions'], negatedName: string): readonly Part[] =>
  element.negated
    ? [
        {
          text: `${negatedName} ${element.patterns.map(({ text }: TextPattern) => text).join(', ')}`,
          matches: (value) => !element.patterns.some((pattern) => pattern.matches(value)),
        },
      ]
    : element.patterns;

/** The rights of a role that none of the recorded requests was allowed by. */
export const unusedGrants = (
  principal: string,
  policies: readonly Policy[],
  records: readonly AccessRecord[],
): readonly Grant[] =>
  policies.flatMap((policy) =>
    policy.statements
      .filter(({ effect }) => effect === 'Allow')
      .flatMap((statement) => {
        const uses = records.filter(
          (record) =>
            record.principal === principal &&
            record.decision === 'allow' &&
            record.statements.some((name) => name.policy === policy.name && name.statement === statement.id),
        );
        return partsOf(statement.actions, 'NotAction').flatMap((action) =>
          partsOf(statement.resources, 'NotResource')
            .filter(
              (resource) => !uses.some((use) => action.matches(use.action) && resource.matches(use.resource)),
            )
            .map((resource) => ({
              principal,
              policy: policy.name,
              statement: statement.id,
              action: action.text,
              resource: resource.text,
            })),
        );
      }),
  );
