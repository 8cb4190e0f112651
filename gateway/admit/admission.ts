import { type DocumentNode, GraphQLError, type GraphQLSchema, parse, validate } from "graphql";
import { LRUCache } from "lru-cache";
import type { GatewayLimits } from "../limits.ts";
import { compileCachePolicies, readCacheHints } from "./cache-policy.ts";
import { countDocument, measureComplexity } from "./complexity.ts";
import { compileCosts } from "./cost/cost-limit.ts";
import { readCostModel } from "./cost/cost-model.ts";
import { RequestError } from "./request-error.ts";
import { refuseUnserved } from "./served-language.ts";

/** Turns the text of a document into one that may be executed, or throws a RequestError. */
export type Admission = (query: string) => DocumentNode;

const mostValidationErrors = 20;

export interface AdmissionOptions {
	readonly publicSchema: GraphQLSchema;
	/** Says what fields cost, and how long answers may be kept. */
	readonly supergraphSdl: string;
	readonly limits: GatewayLimits;
	/** Whether refusals name nothing of the schema that lies near. */
	readonly hideSuggestions: boolean;
}

/**
 * Admits documents against the public schema of one generation of the graph. Limits come before validation,
 * which may take quadratic time. Documents that were refused have a cache of their own, so that a flood of them
 * cannot push the good ones out.
 */
export function createAdmission({ publicSchema, supergraphSdl, limits, hideSuggestions }: AdmissionOptions): Admission {
	const costs = {
		schema: publicSchema,
		model: readCostModel(supergraphSdl),
		assumedListSize: limits.assumedListSize,
	};
	const caching = { schema: publicSchema, hints: readCacheHints(supergraphSdl) };
	const admitted = documentCache<DocumentNode>(limits.cachedDocuments, limits.cachedDocumentChars);
	const refused = documentCache<RequestError>(
		Math.ceil(limits.cachedDocuments / 10),
		Math.ceil(limits.cachedDocumentChars / 10),
	);
	return (query) => {
		const known = admitted.get(query);
		if (known !== undefined) return known;
		const refusal = refused.get(query);
		if (refusal !== undefined) throw refusal;
		try {
			const document = parseWithin(limits, query);
			refuseComplex(limits, document);
			validateAgainst(publicSchema, document, hideSuggestions);
			compileCosts(costs, document, limits.cost);
			compileCachePolicies(caching, document);
			admitted.set(query, document);
			return document;
		} catch (error) {
			if (error instanceof RequestError) refused.set(query, error);
			throw error;
		}
	};
}

function documentCache<V extends object>(max: number, maxSize: number): LRUCache<string, V> {
	return new LRUCache<string, V>({ max, maxSize, sizeCalculation: (_, query) => Math.max(1, query.length) });
}

function parseWithin(limits: GatewayLimits, query: string): DocumentNode {
	if (query.length > limits.documentChars) throw tooComplex("characters", limits.documentChars);
	try {
		return parse(query, { maxTokens: limits.tokens });
	} catch (error) {
		if (!(error instanceof GraphQLError)) throw error;
		// graphql-js tells this limit from a syntax error by its message alone.
		if (error.message.endsWith("tokens. Parsing aborted.")) throw tooComplex("tokens", limits.tokens);
		throw new RequestError("GRAPHQL_PARSE_FAILED", [error]);
	}
}

function refuseComplex(limits: GatewayLimits, document: DocumentNode): void {
	const { aliases, directives } = countDocument(document);
	if (aliases > limits.aliases) throw tooComplex("aliases", limits.aliases);
	if (directives > limits.directives) throw tooComplex("directives", limits.directives);
	const { depth, selections } = measureComplexity(document);
	if (depth > limits.depth) throw tooComplex("levels of nesting", limits.depth);
	if (selections > limits.expandedSelections) {
		throw tooComplex("selections, its fragments written out", limits.expandedSelections);
	}
}

function validateAgainst(schema: GraphQLSchema, document: DocumentNode, hideSuggestions: boolean): void {
	refuseUnserved(document);
	const errors = validate(schema, document, undefined, { maxErrors: mostValidationErrors, hideSuggestions });
	// graphql-js gives up where comparing fields takes too much work.
	if (errors[0]?.message === "Validation aborted.") {
		throw RequestError.of("QUERY_TOO_COMPLEX", "The document has too many fields that must be compared.");
	}
	if (errors.length > 0) throw new RequestError("GRAPHQL_VALIDATION_FAILED", errors);
}

function tooComplex(what: string, limit: number): RequestError {
	return RequestError.of(
		"QUERY_TOO_COMPLEX",
		`The document has more than ${limit} ${what}.`,
		"Send large inputs as variables, and split what is left into several requests.",
	);
}
