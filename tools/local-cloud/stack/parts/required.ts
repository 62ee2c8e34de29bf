import { StackError } from '../errors';

/** Requires a part's argument. @throws StackError */
export const required = <Value>(value: Value | undefined, address: string, problem: string): Value => {
  if (value === undefined) {
    throw new StackError(address, problem);
  }
  return value;
};
