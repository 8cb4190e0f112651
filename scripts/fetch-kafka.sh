#!/usr/bin/env bash
# Fetches the jars of a Kafka broker with Maven into .cache/kafka, for the tests. Does nothing where they are already.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

target=.cache/kafka
pom=test/support/kafka/pom.xml
if [[ -e $target/complete && ! $pom -nt $target/complete ]]; then
	exit 0
fi
mkdir -p "$target"
for attempt in 1 2 3; do
	if mvn --quiet --batch-mode -Dstyle.color=never --file "$pom" dependency:copy-dependencies -DoutputDirectory="$PWD/$target/lib" </dev/null; then
		touch "$target/complete"
		exit 0
	fi
	echo "Maven failed, attempt $attempt of 3" >&2
	sleep $((attempt * 5))
done
echo "The Kafka jars could not be fetched." >&2
exit 1
