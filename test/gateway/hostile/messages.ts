/** Messages that mean harm on a WebSocket, and how the connection ends; or what is answered, where it stays. */
export interface HostileMessages {
	readonly what: string;
	readonly messages: readonly (string | Buffer | object)[];
	/** Whether they are sent after a connection_init that was acknowledged. */
	readonly initialised?: boolean;
	/** Close codes, any of which will do. */
	readonly closed?: readonly number[];
	/** The first answer has these. */
	readonly answer?: object;
}

const init = { type: "connection_init" };
const subscribe = (id: unknown, payload: unknown): object => ({ id, type: "subscribe", payload });
const deep = (levels: number): string => `${'{"a":'.repeat(levels)}1${"}".repeat(levels)}`;
const bad = [4400];

export const hostileMessages: readonly HostileMessages[] = [
	...[
		"",
		"rubbish",
		"null",
		"1",
		'"text"',
		"[]",
		"{}",
		'{"type": 1}',
		'{"type": "hello"}',
		'{"type": "__proto__"}',
	].map((message): HostileMessages => ({ what: `\`${message}\``, messages: [message], closed: bad })),
	{ what: "binary rubbish", messages: [Buffer.from([0, 255, 254, 1])], closed: bad },
	{ what: "an answer of a server", messages: [{ type: "connection_ack" }], closed: bad },
	{
		what: "a next of a server",
		messages: [{ type: "next", id: "1", payload: { data: {} } }],
		closed: bad,
		initialised: true,
	},
	{ what: "a payload that is no object", messages: [{ type: "connection_init", payload: "x" }], closed: bad },
	{ what: "an operation before the handshake", messages: [subscribe("1", { query: "{ served }" })], closed: [4401] },
	{ what: "a second connection_init", messages: [init, init], closed: [4429] },
	{ what: "a hundred of them", messages: Array.from({ length: 100 }, () => init), closed: [4429] },
	{ what: "no id", messages: [subscribe(undefined, { query: "{ served }" })], initialised: true, closed: bad },
	{ what: "an empty id", messages: [subscribe("", { query: "{ served }" })], initialised: true, closed: bad },
	{ what: "an id that is a number", messages: [subscribe(1, { query: "{ served }" })], initialised: true, closed: bad },
	{ what: "no payload", messages: [subscribe("1", undefined)], initialised: true, closed: bad },
	{ what: "a query that is a list", messages: [subscribe("1", { query: [] })], initialised: true, closed: bad },
	{
		what: "variables as text",
		messages: [subscribe("1", { query: "{ served }", variables: "{}" })],
		initialised: true,
		closed: bad,
	},
	{
		what: "an id twice",
		messages: [subscribe("1", { query: "subscription { changes { id } }" }), subscribe("1", { query: "{ served }" })],
		initialised: true,
		closed: [4409],
	},
	{
		what: "a message over the limit",
		messages: [{ type: "ping", payload: { x: "x".repeat(2_000_000) } }],
		closed: [1009, 1006],
	},
	{
		what: "a ping nested past any stack",
		messages: [`{"type":"ping","payload":${deep(100_000)}}`],
		closed: bad,
	},
	{
		what: "variables nested past any stack",
		messages: [`{"id":"1","type":"subscribe","payload":{"query":"{ served }","variables":${deep(100_000)}}}`],
		initialised: true,
		answer: { id: "1", type: "error", payload: [{ extensions: { code: "QUERY_TOO_COMPLEX" } }] },
	},
	...["__proto__", "constructor", "hasOwnProperty"].map(
		(id): HostileMessages => ({
			what: `the id ${id}`,
			messages: [`{"id":"${id}","type":"subscribe","payload":{"query":"{ served }"}}`],
			initialised: true,
			answer: { type: "next", payload: { data: { served: 1 } } },
		}),
	),
	{
		what: "a completion of what never began",
		messages: [
			{ id: "7", type: "complete" },
			{ id: "__proto__", type: "complete" },
			subscribe("1", { query: "{ served }" }),
		],
		initialised: true,
		answer: { id: "1", payload: { data: { served: 1 } } },
	},
	{
		what: "a fragment bomb",
		messages: [
			subscribe("1", {
				query: `{ ...F0 } ${Array.from({ length: 40 }, (_, i) => `fragment F${i} on Query { ...F${i + 1} ...F${i + 1} }`).join(" ")} fragment F40 on Query { served }`,
			}),
		],
		initialised: true,
		answer: { id: "1", type: "error", payload: [{ extensions: { code: "QUERY_TOO_COMPLEX" } }] },
	},
	{
		what: "a cycle of fragments",
		messages: [subscribe("1", { query: "subscription { changes { ...A } } fragment A on Thing { ...A }" })],
		initialised: true,
		answer: { id: "1", type: "error", payload: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] },
	},
	{
		what: "several roots of a subscription",
		messages: [subscribe("1", { query: "subscription { changes { id } refused { id } }" })],
		initialised: true,
		answer: { id: "1", type: "error", payload: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] },
	},
	{
		what: "a root of a subscription under a condition",
		messages: [
			subscribe("1", {
				query: "subscription ($no: Boolean!) { changes @include(if: $no) { id } }",
				variables: { no: false },
			}),
		],
		initialised: true,
		answer: { id: "1", type: "error", payload: [{ extensions: { code: "GRAPHQL_VALIDATION_FAILED" } }] },
	},
	{
		what: "headers in the handshake",
		messages: [`{"type":"connection_init","payload":{"headers":{"a":"b"},"__proto__":{"authorization":"rubbish"}}}`],
		answer: { type: "connection_ack" },
	},
	{
		what: "a flood of pings",
		messages: Array.from({ length: 3000 }, () => ({ type: "ping" })),
		answer: { type: "pong" },
	},
	{
		what: "a flood of operations",
		messages: Array.from({ length: 500 }, (_, i) => subscribe(String(i), { query: "subscription { changes { id } }" })),
		initialised: true,
		answer: { type: "error", payload: [{ extensions: { code: "LIMIT_EXCEEDED" } }] },
	},
];
