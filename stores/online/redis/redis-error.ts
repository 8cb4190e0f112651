import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

const credentials = "Check the user and the password in REDIS_URL, and what its ACL lets the user do.";
const soon = "Redis is asked again by itself; if it stays so, look into its log.";

/** Answers of Redis that say what is wrong, and what helps; others name arguments, which may be secret. */
const tellingReplies: ReadonlyMap<string, string> = new Map([
	["OOM", "Redis has no memory left: raise its `maxmemory`, or keep values for a shorter time."],
	["READONLY", "REDIS_URL has to name the primary; replicas are named in FEATUREGRAPH_REDIS_REPLICAS."],
	["NOAUTH", credentials],
	["WRONGPASS", credentials],
	["NOPERM", credentials],
	["LOADING", soon],
	["BUSY", soon],
	["MASTERDOWN", soon],
	["CLUSTERDOWN", soon],
	["MISCONF", "Redis cannot save its data and takes no writes: look into its log."],
	["TRYAGAIN", soon],
	["NOREPLICAS", "Redis takes writes only while it has replicas: look into `min-replicas-to-write`."],
	["CROSSSLOT", "REDIS_URL has to name several nodes of a cluster, separated by commas."],
]);

/** The first word of an answer, where it is one of these. */
function replyOf(error: unknown): string | null {
	const word = error instanceof Error ? (/^[A-Z]+\b/.exec(error.message)?.[0] ?? "") : "";
	return tellingReplies.has(word) ? word : null;
}

/** What a caller and a log may see of an error of the client: no arguments, no address with its password. */
export function redisReason(error: unknown): string {
	if (!(error instanceof Error)) return "an unknown error";
	if ("code" in error && typeof error.code === "string") return error.code;
	const reply = replyOf(error);
	if (reply !== null) return reply;
	if (error.message === "Command timed out") return "no answer in time";
	if (error.name === "MaxRetriesPerRequestError" || error.message.startsWith("Connection is closed"))
		return "no connection";
	return error.name === "ReplyError" ? "an error reply" : error.name;
}

/** STORE_UNAVAILABLE; the original stays out of it, since it carries the command with its arguments. */
export function redisUnavailable(error: unknown): FeaturegraphError {
	const hint = tellingReplies.get(replyOf(error) ?? "");
	return hint === undefined
		? new FeaturegraphError("STORE_UNAVAILABLE", `The online store (Redis) does not answer: ${redisReason(error)}.`, {
				hint: "Check that Redis runs and that REDIS_URL names it; `featuregraph doctor` tries the connection.",
			})
		: new FeaturegraphError("STORE_UNAVAILABLE", `The online store (Redis) refuses: ${redisReason(error)}.`, { hint });
}
