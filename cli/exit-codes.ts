/** What the process ends with. */
export const exitCodes = { success: 0, failure: 1, changes: 2 } as const;
