import type { DocumentNode, FieldNode, OperationDefinitionNode } from "graphql";
import { LRUCache } from "lru-cache";
import type { Principal } from "../../core/ports/principal.ts";
import { type ProtectedSelection, protectedFields } from "./protected-fields.ts";
import { type Protection, protectionOf } from "./protection.ts";
import { type Requirement, unmetPart } from "./requirement.ts";
import type { WithheldFields, Withholding } from "./withheld-fields.ts";
import { withoutFields } from "./without-fields.ts";

/**
 * Which of these policies hold for a principal. Those that it does not name do not. What it throws fails the operation.
 */
export type DecidePolicies = (
	policies: readonly string[],
	principal: Principal,
) => ReadonlySet<string> | Promise<ReadonlySet<string>>;

/** What is withheld of an admitted operation. At once, unless policies are decided elsewhere. */
export type Authorization = (
	document: DocumentNode,
	operation: OperationDefinitionNode,
	principal: Principal,
) => WithheldFields | Promise<WithheldFields>;

/** Different things that principals may see of one operation, kept ready. */
const keptViews = 100;
const none: ReadonlySet<string> = new Set();

/** Policies hold where the credential names them. */
export const policiesOfCredential: DecidePolicies = (_, { credential }) => credential?.policies ?? none;

/** The access directives of one supergraph, decided once per operation. */
export function createAuthorization(supergraph: DocumentNode, decidePolicies: DecidePolicies): Authorization {
	const protection = protectionOf(supergraph);
	const operations = new WeakMap<OperationDefinitionNode, OperationAccess>();
	return (document, operation, principal) => {
		let access = operations.get(operation);
		if (access === undefined) {
			access = operationAccess(document, operation, protection);
			operations.set(operation, access);
		}
		if (access.policies.length === 0) return access.of(principal, none);
		const held = decidePolicies(access.policies, principal);
		return held instanceof Promise ? held.then((decided) => access.of(principal, decided)) : access.of(principal, held);
	};
}

interface OperationAccess {
	/** All that its fields ask for. */
	readonly policies: readonly string[];
	of(principal: Principal, held: ReadonlySet<string>): WithheldFields;
}

function operationAccess(
	document: DocumentNode,
	operation: OperationDefinitionNode,
	protection: Protection,
): OperationAccess {
	const nothing: WithheldFields = { key: "", reasons: new Map(), document, operation };
	const fields: ReadonlyMap<FieldNode, ProtectedSelection> = protection.isEmpty
		? new Map()
		: protectedFields(document, operation, protection);
	if (fields.size === 0) return { policies: [], of: () => nothing };
	const requirements = [...new Set([...fields.values()].map(({ requirement }) => requirement))];
	const views = new LRUCache<string, WithheldFields>({ max: keptViews });
	return {
		policies: [...new Set(requirements.flatMap(({ policies }) => policies.flat(2)))],
		of(principal, held) {
			const unmet = requirements.map((requirement) => unmetPart(requirement, principal, held));
			if (unmet.every((part) => part === null)) return nothing;
			const key = unmet.map((part) => part?.[0] ?? "-").join("");
			const known = views.get(key);
			if (known !== undefined) return known;
			const view = withholding(nothing, key, fields, new Map(requirements.map((each, index) => [each, unmet[index]])));
			views.set(key, view);
			return view;
		},
	};
}

type UnmetPart = ReturnType<typeof unmetPart>;

function withholding(
	{ document, operation }: WithheldFields,
	key: string,
	fields: ReadonlyMap<FieldNode, ProtectedSelection>,
	unmet: ReadonlyMap<Requirement, UnmetPart | undefined>,
): WithheldFields {
	const reasons = new Map<FieldNode, Withholding>();
	for (const [field, { coordinate, requirement }] of fields) {
		const part = unmet.get(requirement);
		if (part !== null && part !== undefined) reasons.set(field, reasonOf(coordinate, requirement, part));
	}
	return { key, reasons, ...withoutFields(document, operation, (field) => reasons.has(field)) };
}

function reasonOf(coordinate: string, { scopes }: Requirement, part: NonNullable<UnmetPart>): Withholding {
	switch (part) {
		case "authenticated":
			return { code: "UNAUTHENTICATED", message: `\`${coordinate}\` is for those who bring a credential.` };
		case "scopes": {
			const asked = scopes.map((groups) => groups.map((group) => group.join(" and ")).join(", or "));
			return { code: "FORBIDDEN", message: `\`${coordinate}\` asks for the scopes ${asked.join("; and for ")}.` };
		}
		case "policies":
			return { code: "FORBIDDEN", message: `A policy withholds \`${coordinate}\`.` };
	}
}
