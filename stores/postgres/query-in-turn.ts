import type { ClientBase, QueryResult, QueryResultRow } from "pg";

/** Queries of one connection that may be asked for at any time: the driver wants each to wait for the one before. */
export function queryInTurn(
	client: ClientBase,
): <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<QueryResult<Row>> {
	let last: Promise<unknown> = Promise.resolve();
	return <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
		const result = last.then(() => client.query<Row>(text, [...values]));
		last = result.catch(() => undefined);
		return result;
	};
}
