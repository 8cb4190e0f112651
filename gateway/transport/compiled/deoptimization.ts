/** Compiled code met what it would not do as graphql-js does: the operation is executed again, by graphql-js. */
export class Deoptimization extends Error {
	override readonly name = "Deoptimization";
}
