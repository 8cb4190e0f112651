import { buildSchema, GraphQLError, type GraphQLSchema } from "graphql";

/** A schema whose subscription counts, and what became of it. */
export interface Counting {
	readonly schema: GraphQLSchema;
	/** The last number that was made. */
	made: number;
	/** Subscriptions that run. */
	running: number;
	/** They go on making numbers while it is true. */
	going: boolean;
}

export function countingSchema(): Counting {
	const schema = buildSchema(`
		type Query { field: String }
		type Subscription { count(to: Int, of: String): Int broken: Int refused: Int }
	`);
	const counting: Counting = { schema, made: 0, running: 0, going: true };
	const fields = schema.getSubscriptionType()!.getFields();
	fields["count"]!.subscribe = async function* (_: unknown, { to = Number.POSITIVE_INFINITY }: { to?: number }) {
		counting.running += 1;
		try {
			for (let count = 1; count <= to; count += 1) {
				while (!counting.going) await new Promise((resolve) => setTimeout(resolve, 5));
				counting.made = count;
				yield { count };
				if (count % 50 === 0) await new Promise((resolve) => setImmediate(resolve));
			}
		} finally {
			counting.running -= 1;
		}
	};
	fields["broken"]!.subscribe = async function* () {
		yield { broken: 1 };
		throw new Error("at /srv/broken.ts");
	};
	fields["refused"]!.subscribe = () => {
		throw new GraphQLError("Not for you.", { extensions: { code: "FORBIDDEN" } });
	};
	return counting;
}
