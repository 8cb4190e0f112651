/**
 * To be selected in a statement of its own transaction: its commit does not wait for the disk. Later commits that wait
 * carry it along; after a power failure it may be lost, and nothing before it.
 */
export const withoutWait = "set_config('synchronous_commit', 'off', true)";
