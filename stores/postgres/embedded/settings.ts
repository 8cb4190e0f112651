/**
 * Settings of an embedded server: what a single machine that shares its memory with Node should have. Durability is
 * PostgreSQL's own default, and stated so that nobody wonders.
 */
export const embeddedSettings: Readonly<Record<string, string>> = {
	fsync: "on",
	full_page_writes: "on",
	synchronous_commit: "on",
	wal_level: "replica",
	max_wal_size: "2GB",
	shared_buffers: "128MB",
	effective_cache_size: "1GB",
	work_mem: "32MB",
	maintenance_work_mem: "128MB",
	max_connections: "100",
	random_page_cost: "1.1",
	// Parallel plans and JIT gain nothing for short queries on two cores, and parallel workers need a large /dev/shm.
	max_parallel_workers_per_gather: "0",
	jit: "off",
	timezone: "UTC",
	log_timezone: "UTC",
	lc_messages: "C",
	log_min_messages: "warning",
	log_checkpoints: "off",
};
