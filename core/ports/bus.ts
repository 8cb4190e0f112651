/** What processes tell each other. Small, at most once, not ordered across topics: what must not be lost is stored first. */
export type BusEvent =
	| { readonly topic: "registry"; readonly project: string; readonly revision: string }
	| { readonly topic: "alert"; readonly project: string; readonly sequence: string }
	| { readonly topic: "run"; readonly runId: string }
	| {
			readonly topic: "values";
			/** Unique in the installation. */
			readonly viewVersionId: number;
			/** Online keys in base64 whose values changed; empty: too many to name. */
			readonly keys: readonly string[];
	  };

export type BusTopic = BusEvent["topic"];

/** `isOwn`: published by this very bus, not by another process. */
export type BusListener<T extends BusTopic> = (event: Extract<BusEvent, { topic: T }>, isOwn: boolean) => void;

export interface Bus {
	readonly name: string;
	/** Resolves once the event is on its way. An outage is logged, not thrown: the event is lost then. */
	publish(event: BusEvent): Promise<void>;
	/** The listener must not throw. Returns how to stop. Resolves once it is listening. */
	subscribe<T extends BusTopic>(topic: T, listener: BusListener<T>): Promise<() => Promise<void>>;
	/** Tells, now and from then on, whether events arrive: those of the meantime are lost. Returns how to stop. */
	onConnection(listener: (connected: boolean) => void): () => void;
	ping(): Promise<void>;
	close(): Promise<void>;
}
