import type { UserError } from "../../core/errors/user-error.ts";
import type { Json } from "../../core/ports/run-store.ts";
import type { Micros } from "../../core/values/value.ts";
import type { RunControls } from "../runs/execute-run.ts";
import type { MaterializationRequest, ViewCheckpoint } from "./request.ts";

/** The checkpoints of all views of a run, stored as one. */
export class RunCheckpoints {
	private readonly request: MaterializationRequest;
	private readonly controls: RunControls;
	private views: Readonly<Record<string, ViewCheckpoint>>;
	private storing: Promise<void> = Promise.resolve();
	private isStoring = false;
	private failure: { readonly cause: unknown } | null = null;

	constructor(request: MaterializationRequest, views: Readonly<Record<string, ViewCheckpoint>>, controls: RunControls) {
		this.request = request;
		this.views = views;
		this.controls = controls;
	}

	of(viewVersionId: number): ViewCheckpoint | null {
		return this.views[viewVersionId] ?? null;
	}

	/** Stores a checkpoint; those before it are stored, too. */
	async set(viewVersionId: number, checkpoint: ViewCheckpoint): Promise<void> {
		await this.storing;
		this.throwIfFailed();
		await this.store(viewVersionId, checkpoint);
	}

	private async store(viewVersionId: number, checkpoint: ViewCheckpoint): Promise<void> {
		this.views = { ...this.views, [viewVersionId]: checkpoint };
		const all = Object.values(this.views);
		const sum = (of: (view: ViewCheckpoint) => string): bigint =>
			all.reduce((total, view) => total + BigInt(of(view)), 0n);
		await this.controls.checkpoint({
			progress: all.filter(({ done }) => done).length / this.request.viewVersionIds.length,
			rowsRead: sum(({ rowsRead }) => rowsRead),
			rowsWritten: sum(({ rowsWritten }) => rowsWritten),
			checkpoint: this.views as unknown as Json,
		});
	}

	/**
	 * Stores a checkpoint without waiting for it. While one is being stored, those that follow are left to the last of
	 * them: a run that is taken up again writes a few batches once more.
	 */
	passed(viewVersionId: number, checkpoint: ViewCheckpoint): void {
		this.throwIfFailed();
		this.views = { ...this.views, [viewVersionId]: checkpoint };
		if (this.isStoring) return;
		this.isStoring = true;
		this.storing = this.store(viewVersionId, checkpoint).then(
			() => {
				this.isStoring = false;
			},
			(cause: unknown) => {
				this.isStoring = false;
				this.failure = { cause };
			},
		);
	}

	/** Waits for a checkpoint that is being stored, whatever becomes of it. */
	stored(): Promise<void> {
		return this.storing;
	}

	/** What became of a checkpoint that nobody waited for. */
	private throwIfFailed(): void {
		if (this.failure === null) return;
		const { cause } = this.failure;
		this.failure = null;
		throw cause;
	}

	async fail(viewVersionId: number, failure: UserError, now: Micros): Promise<void> {
		const before = this.of(viewVersionId) ?? {
			from: null,
			to: now.toString(),
			afterKey: null,
			rowsRead: "0",
			rowsWritten: "0",
			newest: null,
		};
		await this.set(viewVersionId, { ...before, done: true, failure });
	}
}
