import { parseArn } from './arn';

/** A text of a policy in which `*` stands for any characters, none included, and `?` for one. */
export interface TextPattern {
  /** As the policy has it. */
  readonly text: string;
  matches(value: string): boolean;
}

const plain = (character: string): string => character.replace(/[\\^$.*+?()[\]{}|/-]/, '\\$&');

const inside = (segment: string, any: string, one: string): string =>
  Array.from(segment, (character) => {
    if (character === '*') {
      return any;
    }
    return character === '?' ? one : plain(character);
  }).join('');

const compiled = (text: string, expression: string, flags = 's'): TextPattern => {
  const regExp = new RegExp(`^${expression}$`, flags);
  return { text, matches: (value) => regExp.test(value) };
};

/** Source: IAM User Guide, "Condition operators", `StringLike`: case-sensitive. */
export const likePattern = (text: string): TextPattern => compiled(text, inside(text, '.*', '.'));

/** Source: IAM User Guide, "IAM JSON policy elements: Action": the service prefix and the name ignore case. */
export const actionPattern = (text: string): TextPattern => compiled(text, inside(text, '.*', '.'), 'si');

/**
 * A pattern of the Resource element.
 *
 * In the first five segments a wildcard stays within its segment, but for a `*` that ends one, which may reach beyond the
 * colon; after the fifth colon both stand for any character, as an S3 key may hold colons.
 *
 * Source: IAM User Guide, "IAM JSON policy elements: Resource", "Using wildcards in resource ARNs".
 */
export const resourcePattern = (text: string): TextPattern => {
  const segments = text.split(':');
  const head = segments
    .slice(0, 5)
    .map((segment) =>
      segment.endsWith('*')
        ? `${inside(segment.slice(0, -1), '[^:]*', '[^:]')}.*`
        : inside(segment, '[^:]*', '[^:]'),
    );
  const tail = segments.slice(5).join(':');
  return compiled(text, [...head, ...(segments.length > 5 ? [inside(tail, '.*', '.')] : [])].join(':'));
};

/**
 * A pattern of `ArnLike` and `ArnEquals`, which behave the same: each of the six parts is compared by itself.
 *
 * Source: IAM User Guide, "Condition operators", "Amazon Resource Name (ARN) condition operators".
 *
 * @throws RangeError for a text that is no ARN.
 */
export const arnPattern = (text: string): TextPattern => {
  const parts = parseArn(text);
  if (parts === undefined) {
    throw new RangeError(`${JSON.stringify(text)} is not an ARN of six parts`);
  }
  const patterns = Object.values(parts).map(likePattern);
  return {
    text,
    matches: (value) => {
      const arn = parseArn(value);
      return (
        arn !== undefined && Object.values(arn).every((part: string, index) => patterns[index]?.matches(part))
      );
    },
  };
};
