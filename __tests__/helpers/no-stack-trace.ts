/** Stands for cdktf's module of that name in tests. */
export const captureStackTrace = (): readonly string[] => [];
