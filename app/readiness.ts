import { FeaturegraphError } from "../core/errors/featuregraph-error.ts";

/** Something that every request needs. */
export interface Component {
	readonly name: string;
	readonly ping: () => Promise<void>;
}

/** How long a component may take to say that it is there. */
const deadlineMs = 3_000;

/** Resolves when all answer. STORE_UNAVAILABLE names the one that does not, also one that hangs. */
export async function componentsAnswer(components: readonly Component[]): Promise<void> {
	await Promise.all(components.map(answers));
}

async function answers({ name, ping }: Component): Promise<void> {
	const late = Promise.withResolvers<never>();
	const timer = setTimeout(() => late.reject(new Error(`no answer within ${deadlineMs} ms`)), deadlineMs);
	try {
		await Promise.race([ping(), late.promise]);
	} catch (error) {
		throw new FeaturegraphError("STORE_UNAVAILABLE", `The ${name} does not answer.`, {}, { cause: error });
	} finally {
		clearTimeout(timer);
	}
}
