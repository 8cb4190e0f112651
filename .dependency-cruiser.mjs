/** The floors of the house: imports go downward only. `npm run check:floors` holds them. */

const faces = ["gateway", "subgraphs", "jobs"];
const inside = ["app", ...faces, "loaders", "services", "stores", "core", "schema"];

/** A room may import itself and these; of the house nothing else. */
const mayImport = {
	core: [],
	schema: ["core"],
	stores: ["core", "schema"],
	services: ["core", "schema"],
	loaders: ["services", "stores", "core", "schema"],
	gateway: ["core", "schema"],
	subgraphs: ["loaders", "services", "stores", "core", "schema"],
	jobs: ["loaders", "services", "stores", "core", "schema"],
	app: [...faces, "loaders", "services", "stores", "core", "schema"],
	cli: [],
	clients: [],
	console: [],
	// The demo starts the all-in-one process; what it then does, it does over the network.
	examples: ["app", "cli"],
};

const folder = (names) => `^(${names.join("|")})/`;

/** npm packages that are pure: the rest of them reach the world outside, or are somebody's business above core. */
const purePackages = [
	"graphql",
	"drizzle-orm/(index|sql)",
	"@marcbachmann/cel-js",
	"fastest-levenshtein",
	"re2js",
	"yaml",
	"zod",
	"croner",
];
const pureModules = ["crypto", "buffer", "util", "stream", "assert"];

/** Runs in the browser; its imports are addresses of the gateway. */
const page = "^gateway/http/graphiql/page\\.js$";

/** Other gateways that the benchmark installs for itself, when it runs. */
const peers = "^bench/gateway/peers/";

export default {
	forbidden: [
		...Object.entries(mayImport).map(([room, below]) => ({
			name: `floor-of-${room}`,
			comment: `${room}/ may import ${[room, ...below].join(", ")} of the house`,
			severity: "error",
			from: { path: folder([room]) },
			to: {
				path: folder([...inside, "cli", "clients", "console", "examples", "test", "bench"]),
				pathNot: folder([room, ...below]),
			},
		})),
		{
			name: "subgraphs-apart",
			comment: "a subgraph never imports another: each can be a process of its own",
			severity: "error",
			from: { path: "^subgraphs/(registry|models|serving|monitoring)/" },
			to: { path: "^subgraphs/(registry|models|serving|monitoring)/", pathNot: "^subgraphs/$1/" },
		},
		{
			name: "users-subgraph-apart",
			comment: "what a user would write: it knows the house by its documentation alone",
			severity: "error",
			from: { path: "^examples/flights/airports-subgraph/" },
			to: {
				path: folder([...inside, "cli", "clients", "console", "examples", "test", "bench"]),
				pathNot: "^examples/flights/airports-subgraph/",
			},
		},
		{
			name: "core-takes-nothing-from-node",
			comment: "core is pure: no I/O. Types are welcome.",
			severity: "error",
			from: { path: "^core/" },
			to: {
				dependencyTypes: ["core"],
				dependencyTypesNot: ["type-only"],
				pathNot: `^(node:)?(${pureModules.join("|")})$`,
			},
		},
		{
			name: "core-takes-pure-packages",
			comment: "core is pure: no driver, no server. Types are welcome.",
			severity: "error",
			from: { path: "^core/" },
			to: {
				dependencyTypes: ["npm"],
				dependencyTypesNot: ["type-only"],
				pathNot: `node_modules/(${purePackages.join("|")})[/.]`,
			},
		},
		{
			name: "production-takes-dependencies",
			comment: "what runs in production is no devDependency, and is named in package.json",
			severity: "error",
			from: { path: folder([...inside, "cli"]), pathNot: ["^schema/(generate|codegen)", "^app/logging"] },
			to: { dependencyTypes: ["npm-dev", "npm-no-pkg", "npm-unknown"], dependencyTypesNot: ["type-only"] },
		},
		{
			name: "no-cycles",
			severity: "error",
			from: {},
			to: { circular: true },
		},
		{
			name: "no-orphans",
			comment: "a file that nobody imports and that imports nobody",
			severity: "error",
			from: { orphan: true, pathNot: ["\\.d\\.ts$", page] },
			to: {},
		},
		{ name: "resolvable", severity: "error", from: { pathNot: [page, peers] }, to: { couldNotResolve: true } },
	],
	options: {
		doNotFollow: { path: "node_modules" },

		tsPreCompilationDeps: true,
		tsConfig: { fileName: "tsconfig.json" },
		enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["import", "node", "default", "types"] },
		cache: { folder: ".cache/dependency-cruiser", strategy: "content" },
	},
};
