import { createClient } from "/graphiql/graphql-ws/client.js";

const { React, ReactDOM, GraphiQL, GraphiQLPluginExplorer } = globalThis;

const defaultQuery = `# Features of an entity are its fields.
# The explorer at the left shows them all.
query Project {
  project {
    name
    registryVersion
  }
}
`;

// A connection lives as long as its subscriptions, so that the next one is opened with the headers of then.
let headers = {};
const wsClient = createClient({
	url: `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}/graphql`,
	lazy: true,
	connectionParams: () => headers,
});
// A link may carry an operation: /graphql?query=…&variables=…
const link = new URLSearchParams(location.search);
const fetcher = GraphiQL.createFetcher({ url: "/graphql", wsClient });

ReactDOM.createRoot(document.getElementById("graphiql")).render(
	React.createElement(GraphiQL, {
		fetcher: (params, options) => {
			headers = options?.headers ?? {};
			return fetcher(params, options);
		},
		plugins: [GraphiQLPluginExplorer.explorerPlugin()],
		defaultQuery,
		query: link.get("query") ?? undefined,
		variables: link.get("variables") ?? undefined,
		isHeadersEditorEnabled: true,
	}),
);
