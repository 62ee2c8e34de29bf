/** No country has this code, so that nothing else looks like the number of a caller. */
const PREFIX = '99915550';

/** The address of the caller of an event, as Genesys writes it. */
export const callerAddress = (index: number): string => `tel:+${PREFIX}${String(index).padStart(6, '0')}`;

/** Finds the numbers of callers, and the number that they called. */
export const PHONE_NUMBER = new RegExp(`${PREFIX}\\d{6}|\\+1555010\\d`);
