import { type IntValueNode, Kind, type StringValueNode } from "graphql";

const least = -(2n ** 63n);
const most = 2n ** 63n - 1n;

/**
 * The planner reads integers of 64 bits. A wider literal can only be meant for a scalar of the schema's own: it is
 * sent as a decimal string, exactly. Undefined: the literal may stay.
 */
export function wideLiteral({ value }: IntValueNode): StringValueNode | undefined {
	if (value.length < 19) return undefined;
	const integer = BigInt(value);
	return integer >= least && integer <= most ? undefined : { kind: Kind.STRING, value };
}
