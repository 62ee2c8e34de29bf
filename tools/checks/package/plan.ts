import * as v from 'valibot';

const object = v.record(v.string(), v.unknown());

const withoutComments = (value: unknown): unknown => {
  if (Array.isArray(value)) {
    return value.map(withoutComments);
  }
  return v.is(object, value)
    ? Object.fromEntries(
        Object.entries(value)
          .filter(([key]) => key !== '//')
          .map(([key, entry]) => [key, withoutComments(entry)]),
      )
    : value;
};

/** The part of a synthesized stack that Terraform plans: all but comments, the backend, and the version of the provider. */
export const planned = (synthesized: string): unknown => {
  const { terraform: _settings, ...rest } = v.parse(object, JSON.parse(synthesized));
  return withoutComments(rest);
};
