/**
 * The name under which an aliased field is planned. A client may name a field like one that only the plan needs
 * (`price: shipping`, where `shipping` requires `price`): with a prefix the two never meet in the merged data.
 */
export const plannedAlias = (alias: string): string => `_alias_${alias}`;
