CREATE VIEW g0_asks AS
SELECT __row AS id, CAST(0 AS UTINYINT) AS l, "origin" AS k0, "ts" AS ts FROM labels WHERE "origin" IS NOT NULL AND "ts" IS NOT NULL
UNION ALL
SELECT __row AS id, CAST(1 AS UTINYINT) AS l, "destination" AS k0, "ts" AS ts FROM labels WHERE "destination" IS NOT NULL AND "ts" IS NOT NULL;

CREATE TABLE g0_times AS
SELECT l.*, v.e FROM g0_asks AS l
ASOF JOIN (SELECT k0, e FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" >= make_timestamp(CAST(1704063600000000 AS BIGINT)) AND "event_ts" <= make_timestamp(CAST(1704067260000000 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" >= CAST(1704063600000000 AS BIGINT) AND "event_ts" <= CAST(1704067260000000 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
)) AS v
ON l.k0 = v.k0 AND l.ts >= v.e;

CREATE TABLE g0 AS
SELECT t.id, t.l, t.ts, r.e, r.d, r.i, r.f1 AS x0_1 FROM g0_times AS t
JOIN (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" >= make_timestamp(CAST(1704063600000000 AS BIGINT)) AND "event_ts" <= make_timestamp(CAST(1704067260000000 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" >= CAST(1704063600000000 AS BIGINT) AND "event_ts" <= CAST(1704067260000000 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) AS r ON t.k0 = r.k0 AND t.e = r.e;

SELECT (SELECT count(*) FROM g0), (SELECT count(*) FROM g0_times);

CREATE TABLE g0_tied AS SELECT id, l FROM g0 GROUP BY id, l HAVING count(*) > 1;

CREATE TABLE g0_best AS
SELECT t.id, t.l, any_value(t.ts) AS ts, max(r.i) AS i, max({e: r.e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d, f1z: f1 = 0 AND signbit(f1)}) AS r0
FROM (FROM g0_times SEMI JOIN g0_tied USING (id, l)) AS t
JOIN (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" >= make_timestamp(CAST(1704063600000000 AS BIGINT)) AND "event_ts" <= make_timestamp(CAST(1704067260000000 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" >= CAST(1704063600000000 AS BIGINT) AND "event_ts" <= CAST(1704067260000000 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) AS r ON t.k0 = r.k0 AND t.e = r.e
GROUP BY t.id, t.l;

CREATE TABLE g0_single AS
SELECT * FROM g0 ANTI JOIN g0_tied USING (id, l)
UNION ALL BY NAME
SELECT id, l, ts, r0.e AS e, r0.d AS d, i, CASE WHEN r0.f1n THEN CASE WHEN r0.f1z THEN -r0.f1 ELSE r0.f1 END END AS x0_1 FROM g0_best;

DROP TABLE g0;

DROP TABLE g0_tied;

DROP TABLE g0_best;

ALTER TABLE g0_single RENAME TO g0;

DROP TABLE g0_times;

CREATE TABLE g0_missed AS
SELECT * FROM g0_asks ANTI JOIN g0 USING (id, l);

SELECT count(*) FROM g0_missed;

CREATE TABLE g0_older_times AS
SELECT l.*, v.e FROM g0_missed AS l
ASOF JOIN (SELECT k0, e FROM (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" <= make_timestamp(CAST(1704063599999999 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" <= CAST(1704063599999999 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
)) AS v
ON l.k0 = v.k0 AND l.ts >= v.e;

CREATE TABLE g0_older AS
SELECT t.id, t.l, t.ts, r.e, r.d FROM g0_older_times AS t
JOIN (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" <= make_timestamp(CAST(1704063599999999 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" <= CAST(1704063599999999 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) AS r ON t.k0 = r.k0 AND t.e = r.e;

CREATE TABLE g0_older_tied AS SELECT id, l FROM g0_older GROUP BY id, l HAVING count(*) > 1;

CREATE TABLE g0_older_best AS
SELECT t.id, t.l, any_value(t.ts) AS ts, max(r.i) AS i, max({e: r.e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), sn: s IS NOT NULL, s: coalesce(s, CAST(0 AS BIGINT)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d, f1z: f1 = 0 AND signbit(f1)}) AS r0
FROM (FROM g0_older_times SEMI JOIN g0_older_tied USING (id, l)) AS t
JOIN (
SELECT * FROM (
SELECT "origin" AS k0, epoch_us("event_ts") AS e, epoch_us("created_ts") AS c, CAST(NULL AS BIGINT) AS a, "flight" AS t0, CAST(NULL AS BIGINT) AS s, epoch_us("created_ts") AS i, false AS d, "flights" AS f0, "delay" AS f1
FROM delays
WHERE "event_ts" <= make_timestamp(CAST(1704063599999999 AS BIGINT))
UNION ALL
SELECT "origin" AS k0, "event_ts" AS e, "created_ts" AS c, CAST(NULL AS BIGINT) AS a, CAST(NULL AS INTEGER) AS t0, __seq AS s, __ingested_at AS i, __deleted AS d, "flights" AS f0, "delay" AS f1
FROM "log"
WHERE true AND "event_ts" <= CAST(1704063599999999 AS BIGINT)
) WHERE k0 IS NOT NULL AND e IS NOT NULL
) AS r ON t.k0 = r.k0 AND t.e = r.e
GROUP BY t.id, t.l;

CREATE TABLE g0_older_single AS
SELECT * FROM g0_older ANTI JOIN g0_older_tied USING (id, l)
UNION ALL BY NAME
SELECT id, l, ts, r0.e AS e, r0.d AS d FROM g0_older_best;

DROP TABLE g0_older;

DROP TABLE g0_older_tied;

DROP TABLE g0_older_best;

ALTER TABLE g0_older_single RENAME TO g0_older;

DROP TABLE g0_older_times;

DROP TABLE g0_missed;

SELECT labels."origin", CASE WHEN NOT (a0.d OR a0.e < a0.ts - CAST(3600000000 AS BIGINT)) THEN a0.x0_1 END, CASE WHEN a0.id IS NOT NULL THEN CASE WHEN NOT a0.d THEN a0.e END WHEN NOT o0.d THEN o0.e END, CASE WHEN a1.id IS NULL THEN CASE WHEN NOT o1.d THEN 'OUTSIDE_MAX_AGE' ELSE 'NOT_FOUND' END WHEN a1.d THEN 'NOT_FOUND' WHEN a1.e < a1.ts - CAST(3600000000 AS BIGINT) THEN 'OUTSIDE_MAX_AGE' ELSE 'PRESENT' END
FROM labels
LEFT JOIN g0 AS a0 ON a0.id = labels.__row AND a0.l = 0
LEFT JOIN g0_older AS o0 ON o0.id = labels.__row AND o0.l = 0
LEFT JOIN g0 AS a1 ON a1.id = labels.__row AND a1.l = 1
LEFT JOIN g0_older AS o1 ON o1.id = labels.__row AND o1.l = 1
ORDER BY labels.__row;
