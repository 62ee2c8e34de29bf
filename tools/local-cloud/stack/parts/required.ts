import { StackError } from '../errors';

/** What a part cannot be without. @throws StackError */
export const required = <Value>(value: Value | undefined, address: string, problem: string): Value => {
  if (value === undefined) {
    throw new StackError(address, problem);
  }
  return value;
};
