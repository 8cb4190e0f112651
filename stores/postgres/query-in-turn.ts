import type { ClientBase, QueryResult, QueryResultRow } from "pg";

/** Queries of one connection that may be asked for at any time: the driver wants each to wait for the one before. */
export function queryInTurn(
	client: ClientBase,
): <Row extends QueryResultRow>(text: string, values?: readonly unknown[]) => Promise<QueryResult<Row>> {
	let last: Promise<unknown> = Promise.resolve();
	return <Row extends QueryResultRow>(text: string, values: readonly unknown[] = []) => {
		const result = last.then(() => ask<Row>(client, text, values));
		last = result.catch(() => undefined);
		return result;
	};
}

/** With a callback: a promise of the driver's holds what waits for it beyond its end (see answered-within.ts). */
const ask = <Row extends QueryResultRow>(
	client: ClientBase,
	text: string,
	values: readonly unknown[],
): Promise<QueryResult<Row>> =>
	new Promise((resolve, reject) => {
		client.query<Row>(text, [...values], (error, result) => {
			if (error === null || error === undefined) resolve(result);
			else reject(error);
		});
	});
