const spelling = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** What PostgreSQL takes as one: an id that is none names nothing, and is no error of the database. */
export const isUuid = (text: string): boolean => spelling.test(text);
