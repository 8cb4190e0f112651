CREATE VIEW g0_asks AS
SELECT __row AS id, CAST(0 AS UTINYINT) AS l, "origin" AS k0, "ts" AS ts FROM labels WHERE "origin" IS NOT NULL AND "ts" IS NOT NULL
UNION ALL
SELECT __row AS id, CAST(1 AS UTINYINT) AS l, "destination" AS k0, "ts" AS ts FROM labels WHERE "destination" IS NOT NULL AND "ts" IS NOT NULL;

CREATE TABLE g0_times AS
SELECT l.*, v.e FROM g0_asks AS l
ASOF JOIN (SELECT k0, e FROM (
SELECT k0, e, c, i, t0, f0, f1, CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS s, false AS d FROM (SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)
)) AS v
ON l.k0 = v.k0 AND l.ts >= v.e;

CREATE TABLE g0 AS
SELECT t.id, t.l, t.ts, r.e, r.i, r.f1 AS x0_1, r.f0 AS x1_0 FROM g0_times AS t
JOIN (
SELECT k0, e, c, i, t0, f0, f1, CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS s, false AS d FROM (SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)
) AS r ON t.k0 = r.k0 AND t.e = r.e;

SELECT (SELECT count(*) FROM g0), (SELECT count(*) FROM g0_times);

CREATE TABLE g0_tied AS SELECT id, l FROM g0 GROUP BY id, l HAVING count(*) > 1;

CREATE TABLE g0_best AS
SELECT t.id, t.l, any_value(t.ts) AS ts, max(r.i) AS i, max({e: r.e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d, f1z: f1 = 0 AND signbit(f1)}) AS r0, max({e: r.e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), d: d}) AS r1
FROM (FROM g0_times SEMI JOIN g0_tied USING (id, l)) AS t
JOIN (
SELECT k0, e, c, i, t0, f0, f1, CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS s, false AS d FROM (SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)
) AS r ON t.k0 = r.k0 AND t.e = r.e
GROUP BY t.id, t.l;

CREATE TABLE g0_single AS
SELECT * FROM g0 ANTI JOIN g0_tied USING (id, l)
UNION ALL BY NAME
SELECT id, l, ts, r0.e AS e, i, CASE WHEN r0.f1n THEN CASE WHEN r0.f1z THEN -r0.f1 ELSE r0.f1 END END AS x0_1, CASE WHEN r1.f0n THEN r1.f0 END AS x1_0 FROM g0_best;

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
SELECT k0, e, c, i, t0, f0, f1, CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS s, false AS d FROM (SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)
)) AS v
ON l.k0 = v.k0 AND l.ts >= v.e;

CREATE TABLE g0_older AS
SELECT t.id, t.l, t.ts, r.e FROM g0_older_times AS t
JOIN (
SELECT k0, e, c, i, t0, f0, f1, CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS s, false AS d FROM (SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)
) AS r ON t.k0 = r.k0 AND t.e = r.e;

CREATE TABLE g0_older_tied AS SELECT id, l FROM g0_older GROUP BY id, l HAVING count(*) > 1;

CREATE TABLE g0_older_best AS
SELECT t.id, t.l, any_value(t.ts) AS ts, max(r.i) AS i, max({e: r.e, cn: c IS NOT NULL, c: coalesce(c, CAST(0 AS BIGINT)), t0n: t0 IS NOT NULL, t0: coalesce(t0, CAST(0 AS INTEGER)), f0n: f0 IS NOT NULL, f0: coalesce(f0, CAST(0 AS BIGINT)), f1n: f1 IS NOT NULL, f1: coalesce(f1, CAST(0 AS DOUBLE)), d: d, f1z: f1 = 0 AND signbit(f1)}) AS r0
FROM (FROM g0_older_times SEMI JOIN g0_older_tied USING (id, l)) AS t
JOIN (
SELECT k0, e, c, i, t0, f0, f1, CAST(NULL AS BIGINT) AS a, CAST(NULL AS BIGINT) AS s, false AS d FROM (SELECT origin AS k0, 0 AS e, 0 AS c, 0 AS i, flight AS t0, flights AS f0, delay AS f1 FROM delays)
) AS r ON t.k0 = r.k0 AND t.e = r.e
GROUP BY t.id, t.l;

CREATE TABLE g0_older_single AS
SELECT * FROM g0_older ANTI JOIN g0_older_tied USING (id, l)
UNION ALL BY NAME
SELECT id, l, ts, r0.e AS e FROM g0_older_best;

DROP TABLE g0_older;

DROP TABLE g0_older_tied;

DROP TABLE g0_older_best;

ALTER TABLE g0_older_single RENAME TO g0_older;

DROP TABLE g0_older_times;

DROP TABLE g0_missed;

SELECT labels."origin", CASE WHEN NOT (a0.e < a0.ts - CAST(3600000000 AS BIGINT)) THEN a0.x0_1 END, CASE WHEN a0.id IS NOT NULL THEN a0.e WHEN o0.id IS NOT NULL THEN o0.e END, CASE WHEN a1.id IS NULL THEN CASE WHEN o1.id IS NOT NULL THEN 'OUTSIDE_MAX_AGE' ELSE 'NOT_FOUND' END WHEN a1.e < a1.ts - CAST(3600000000 AS BIGINT) THEN 'OUTSIDE_MAX_AGE' ELSE 'PRESENT' END
FROM labels
LEFT JOIN g0 AS a0 ON a0.id = labels.__row AND a0.l = 0
LEFT JOIN g0_older AS o0 ON o0.id = labels.__row AND o0.l = 0
LEFT JOIN g0 AS a1 ON a1.id = labels.__row AND a1.l = 1
LEFT JOIN g0_older AS o1 ON o1.id = labels.__row AND o1.l = 1
ORDER BY labels.__row;
