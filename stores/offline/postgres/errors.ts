/** PostgreSQL's errors in the words of the catalogue. */
import { DatabaseError } from "pg";
import { FeaturegraphError } from "../../../core/errors/featuregraph-error.ts";
import { unlessLost } from "../../postgres/lost-connection.ts";

export function postgresError(error: unknown, subject: string, signal?: AbortSignal): unknown {
	if (signal?.aborted === true) return signal.reason;
	if (error instanceof FeaturegraphError || !(error instanceof Error)) return error;
	const options = { cause: error };
	if (unlessLost(error) !== error) {
		return new FeaturegraphError("STORE_UNAVAILABLE", `The database of ${subject} does not answer.`, {}, options);
	}
	if (!(error instanceof DatabaseError)) return error;
	const code = error.code ?? "";
	if (code === "57014") {
		return new FeaturegraphError(
			"LIMIT_EXCEEDED",
			`Reading ${subject} took longer than the database may take.`,
			{},
			options,
		);
	}
	// Class 42: syntax, names and access; 25006: an attempt to write.
	const isSql = code.startsWith("42") || code === "25006";
	return new FeaturegraphError(
		isSql ? "INVALID_SQL" : "SOURCE_FAILED",
		`Reading ${subject} failed: ${error.message}.`,
		error.hint === undefined ? {} : { hint: error.hint },
		options,
	);
}
