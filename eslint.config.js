import js from "@eslint/js";
import { defineConfig, globalIgnores } from "eslint/config";
import tseslint from "typescript-eslint";

/** What core and services may not do by themselves: the time comes through the clock port, randomness from app. */
const impure = [
	{ object: "Date", property: "now", message: "Take the time from the Clock port." },
	{ object: "Math", property: "random", message: "core and services are deterministic." },
];
const newDate = {
	selector: "NewExpression[callee.name='Date'][arguments.length=0]",
	message: "Take the time from the Clock port.",
};

/** What it closes over then lives until the next full collection of the garbage: docs/decisions/0021. */
const oldFunction = {
	selector: "AssignmentExpression[left.type='MemberExpression'][right.type=/^(Arrow)?FunctionExpression$/]",
	message: "V8 allocates a function that is assigned to a property in its old generation. Give it a name first.",
};

const parsed = { object: "JSON", property: "parse", message: "Use core/values/parse-json.ts: docs/decisions/0023." };

export default defineConfig(
	globalIgnores(["**/generated/**", ".featuregraph/**", ".cache/**", "coverage/**"]),
	{ linterOptions: { reportUnusedDisableDirectives: "error" } },
	js.configs.recommended,
	tseslint.configs.strictTypeChecked,
	tseslint.configs.stylisticTypeChecked,
	{
		languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
		rules: {
			eqeqeq: ["error", "always", { null: "ignore" }],
			"no-console": "error",
			"no-param-reassign": "error",
			"object-shorthand": "error",
			"prefer-const": "error",
			"@typescript-eslint/consistent-type-imports": "error",
			"@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
			// An async function is also how a port's promise is kept by code that has nothing to wait for.
			"@typescript-eslint/require-await": "off",
			// `Type | undefined` and index access say what may be missing; a condition on the rest is often a boundary check.
			"@typescript-eslint/no-unnecessary-condition": "off",
			"@typescript-eslint/restrict-template-expressions": ["error", { allowNumber: true, allowBoolean: true }],
			"@typescript-eslint/no-confusing-void-expression": [
				"error",
				{ ignoreArrowShorthand: true, ignoreVoidOperator: true, ignoreVoidReturningFunctions: true },
			],
			"@typescript-eslint/no-empty-function": ["error", { allow: ["arrowFunctions", "methods", "asyncMethods"] }],
			// It asks for `!`, which no-non-null-assertion refuses.
			"@typescript-eslint/non-nullable-type-assertion-style": "off",
			// It does not know `Promise.withResolvers<void>()`; tsc finds the rest.
			"@typescript-eslint/no-invalid-void-type": "off",
			// `x === null || x.y !== z` says what it asks.
			"@typescript-eslint/prefer-optional-chain": "off",
			// They take values that drivers' own factories and constants made for foreign ones.
			"@typescript-eslint/no-unsafe-class-instance-assignment": "off",
			"@typescript-eslint/no-unsafe-enum-assignment": "off",
			// Ports are filled by plain objects of closures: their methods know no `this`.
			"@typescript-eslint/unbound-method": "off",
			// tsc demands the brackets (noPropertyAccessFromIndexSignature) that this rule would remove.
			"@typescript-eslint/dot-notation": "off",
			"@typescript-eslint/no-unused-vars": [
				"error",
				{
					argsIgnorePattern: "^_",
					varsIgnorePattern: "^_",
					destructuredArrayIgnorePattern: "^_",
					ignoreRestSiblings: true,
				},
			],
		},
	},
	{
		files: ["app/**", "gateway/**", "jobs/**", "loaders/**", "stores/**", "subgraphs/**"],
		rules: {
			"no-restricted-properties": ["error", parsed],
			"no-restricted-syntax": ["error", oldFunction],
		},
	},
	{
		files: ["core/**", "services/**"],
		rules: {
			"no-restricted-properties": ["error", ...impure, parsed],
			"no-restricted-syntax": ["error", newDate, oldFunction],
		},
	},
	{ files: ["core/values/parse-json.ts"], rules: { "no-restricted-properties": ["error", ...impure] } },
	{
		// They speak to people on stdout and stderr.
		files: ["cli/**", "bench/**", "examples/**", "schema/generate.ts", "schema/generate-definitions.ts"],
		rules: { "no-console": "off" },
	},
	{
		files: ["test/**"],
		rules: {
			"@typescript-eslint/no-empty-function": "off",
			"@typescript-eslint/no-non-null-assertion": "off",
			// Rows and JSON answers are compared with what is expected, which says their type.
			"@typescript-eslint/no-unsafe-argument": "off",
			"@typescript-eslint/no-unsafe-assignment": "off",
			"@typescript-eslint/no-unsafe-call": "off",
			"@typescript-eslint/no-unsafe-member-access": "off",
			"@typescript-eslint/no-unsafe-return": "off",
		},
	},
	{ files: ["**/*.{js,mjs}"], extends: [tseslint.configs.disableTypeChecked], rules: { "no-undef": "off" } },
);
