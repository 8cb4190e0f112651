/** For options that may be given several times. */
export const collect = (value: string, previous: readonly string[]): string[] => [...previous, value];
