import type { Json, JsonObject } from './json';
import { expression } from './json';
import { EditFailedError, type ModuleDocument } from './module-document';

const rulesOf = (lifecycle: JsonObject): readonly JsonObject[] => {
  const { rule } = lifecycle;
  return Array.isArray(rule)
    ? rule.filter(
        (entry): entry is JsonObject => typeof entry === 'object' && entry !== null && 'id' in entry,
      )
    : [];
};

const ruleNamed = (rules: readonly JsonObject[], id: string): JsonObject => {
  const found = rules.find((rule) => rule['id'] === id);
  if (found === undefined) {
    throw new EditFailedError(`lifecycle rule ${id}`, 'is not declared');
  }
  return found;
};

/** Lifecycle of stored voicemail: the rules that come with an option are repeated blocks. */
export const setLifecycle = (document: ModuleDocument): void => {
  const address = 'aws_s3_bucket_lifecycle_configuration.archive_lifecycle';
  const rules = rulesOf(document.resource(address));
  const expire = ruleNamed(rules, 'expire');
  const { transition: _, ...move } = ruleNamed(rules, 'move-to-cheaper-storage');
  ruleNamed(rules, 'expire-noncurrent-versions')['noncurrent_version_expiration'] = [
    { noncurrent_days: expression('var.noncurrent_retention_days') },
  ];
  const always: Json = rules.filter(({ id }) => id !== expire['id'] && id !== move['id']);
  document.set(address, { rule: always });
  document.add(address, {
    dynamic: {
      rule: [
        {
          for_each: expression('var.retention_days == null ? [] : [var.retention_days]'),
          content: { ...expire, expiration: [{ days: expression('rule.value') }] },
        },
        {
          for_each: expression('length(var.transitions) == 0 ? [] : [var.transitions]'),
          content: {
            ...move,
            dynamic: {
              transition: {
                for_each: expression('rule.value'),
                content: {
                  days: expression('transition.value.days'),
                  storage_class: expression('transition.value.storage_class'),
                },
              },
            },
          },
        },
      ],
    },
  });
};
