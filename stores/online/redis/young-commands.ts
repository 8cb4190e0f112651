/**
 * Commands that a young collection of the garbage can free. V8 allocates a function that is assigned to a property where it
 * is written (`this.reject = (error) => …`) in its old generation. The client makes one for every command: what it closes over,
 * the command, its reply and all who wait for it, then lives until the next full collection, copied twice on the way there.
 * Collections took five times as long for it. Here the same function has a name first, and is allocated like all others.
 */
import { Command } from "ioredis";

/** What the client keeps to itself of a command. */
interface CommandState {
	readonly name: string;
	args: unknown[];
	transformed: boolean;
	isResolved: boolean;
	isSettled: boolean;
	promise: Promise<unknown>;
	resolve: (reply: unknown) => void;
	reject: (error: Error) => void;
	readonly errorStack: Error | undefined;
	readonly callback: unknown;
	_clearTimers(): void;
	_convertValue(resolve: (reply: unknown) => void): (reply: unknown) => void;
	stringifyArguments(): void;
}

interface CommandPrototype {
	initPromise(this: CommandState): void;
}

const prototype = Command.prototype as unknown as CommandPrototype;
const clientsOwn = prototype.initPromise;

/** Rare commands, with a callback, a stack of their caller or arguments to transform, stay with the client's own. */
function initPromise(this: CommandState): void {
	const { callback, errorStack, name } = this;
	const { argument } = (Command as unknown as { _transformer: Transformers })._transformer;
	if (callback !== undefined || errorStack !== undefined || argument[name] !== undefined) {
		clientsOwn.call(this);
		return;
	}
	this.isResolved = false;
	this.isSettled = false;
	const { promise, resolve, reject } = Promise.withResolvers();
	if (!this.transformed) {
		this.transformed = true;
		this.stringifyArguments();
	}
	const fail = (error: Error): void => {
		this._clearTimers();
		this.isSettled = true;
		reject(error);
	};
	this.resolve = this._convertValue(resolve);
	this.reject = fail;
	this.promise = promise;
}

interface Transformers {
	readonly argument: Readonly<Record<string, unknown>>;
}

/** From then on, for all commands of this process. */
export function makeYoungCommands(): void {
	prototype.initPromise = initPromise;
}
