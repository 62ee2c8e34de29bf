/** A field of whatever was thrown: neither `instanceof Error` nor `isNativeError` holds for the errors of every library. */
export const errorField = (error: unknown, name: 'code' | 'statusCode' | 'message'): unknown =>
  typeof error === 'object' && error !== null ? Reflect.get(error, name) : undefined;
