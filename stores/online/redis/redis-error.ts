import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";

/** Answers of Redis that say what is wrong; others name arguments, which may be secret. */
const tellingReplies =
	/^(OOM|READONLY|LOADING|BUSY|NOAUTH|WRONGPASS|NOPERM|MASTERDOWN|CLUSTERDOWN|MISCONF|TRYAGAIN|NOREPLICAS|CROSSSLOT)\b/;

/** What a caller and a log may see of an error of the client: no arguments, no address with its password. */
export function redisReason(error: unknown): string {
	if (!(error instanceof Error)) return "an unknown error";
	if ("code" in error && typeof error.code === "string") return error.code;
	const reply = tellingReplies.exec(error.message)?.[1];
	if (reply !== undefined) return reply;
	if (error.message === "Command timed out") return "no answer in time";
	if (error.name === "MaxRetriesPerRequestError" || error.message.startsWith("Connection is closed"))
		return "no connection";
	return error.name === "ReplyError" ? "an error reply" : error.name;
}

/** STORE_UNAVAILABLE; the original stays out of it, since it carries the command with its arguments. */
export const redisUnavailable = (error: unknown): FeaturegraphError =>
	new FeaturegraphError("STORE_UNAVAILABLE", `The online store (Redis) does not answer: ${redisReason(error)}.`, {
		hint: "Check that Redis runs and that REDIS_URL names it; `featuregraph doctor` tries the connection.",
	});
