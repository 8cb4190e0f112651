import { expect, it } from "vitest";
import { appliedServer } from "../support/applied-server.ts";
import { data } from "../support/graphql-client.ts";

const definitions = `
entities: { driver: { joinKeys: { driver_id: int64 } } }
sources:
  notes: { push: {}, eventTime: at, columns: { driver_id: int64, at: timestamp, note: json, fare: float64 } }
views:
  noted: { entities: [driver], source: notes, features: { note: json, fare: float64 } }
`;

const server = appliedServer(definitions);

const pushed = (driver: number, note: string, fare: string): string =>
	`push(input: { into: { source: "notes" }, rows: [{ driver_id: ${driver}, at: "2024-05-01T08:00:00Z", note: ${note}, fare: ${fare} }] }) {
		accepted rejected { code } userErrors { code }
	}`;

it("literals that the planner cannot hold are what they say, beside other root fields and alone", async () => {
	const wide = '{ n: 123456789012345678901234, text: "wide-literal:7", block: """wide-literal:text:8""", f: -1.5e300 }';
	const accepted = { accepted: 1, rejected: [], userErrors: [] };
	expect(await data(server, `mutation { ${pushed(1, wide, "1.797e308")} }`)).toEqual({ push: accepted });
	expect(
		await data(server, `mutation { a: ${pushed(2, wide, "1.797e308")} b: ${pushed(3, '"wide-literal:9"', "1e22")} }`),
	).toEqual({ a: accepted, b: accepted });

	const response = await fetch(`${server.url}/features`, {
		method: "POST",
		headers: { "content-type": "application/json" },
		body: JSON.stringify({ select: { features: ["noted:note", "noted:fare"] }, entities: { driver_id: [1, 2, 3] } }),
	});
	const text = await response.text();
	const note = '{"block":"wide-literal:text:8","f":-1.5e+300,"n":123456789012345678901234,"text":"wide-literal:7"}';
	expect(text).toContain(`[${note},${note},"wide-literal:9"]`);
	expect(text).toContain("[1.797e+308,1.797e+308,1e+22]");
});
