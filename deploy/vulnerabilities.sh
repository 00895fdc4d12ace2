#!/bin/sh
# Looks the components of an SBOM up in the OSV database, prints the known vulnerabilities, and fails if one of them is critical.
# If the database cannot be reached it says so and ends with 0: that nothing was found then means nothing.
#
# usage: vulnerabilities.sh SBOM          a CycloneDX file in JSON; needs curl and jq
# environment: OSV_URL                    where the database is
set -eu

sbom=$1
osv=${OSV_URL:-https://api.osv.dev}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

jq -r '.components[].purl // empty' "$sbom" | sed 's/[?#].*//' | grep '^pkg:maven/' | grep -v '^pkg:maven/dev\.merpati/' | sort -u >"$work/purls"
components=$(wc -l <"$work/purls" | tr -d ' ')
[ "$components" -gt 0 ] || {
    echo "$sbom names no component of Maven's." >&2
    exit 1
}
jq -R '{package: {purl: .}}' "$work/purls" | jq -s '{queries: .}' >"$work/query"
if ! curl -fsS --retry 2 --max-time 60 -H 'Content-Type: application/json' -d @"$work/query" "$osv/v1/querybatch" >"$work/found"; then
    echo "NOT CHECKED: $osv cannot be reached, so nothing is known of the vulnerabilities of $components components."
    exit 0
fi
jq -r '.results[].vulns[]?.id' "$work/found" | sort -u >"$work/ids"
critical=0
while read -r id; do
    if ! curl -fsS --retry 2 --max-time 60 "$osv/v1/vulns/$id" >"$work/vulnerability"; then
        echo "$id could not be read, and so counts as critical." >&2
        critical=$((critical + 1))
        continue
    fi
    severity=$(jq -r '.database_specific.severity // "UNKNOWN"' "$work/vulnerability")
    echo "$id $severity $(jq -r '.summary // ""' "$work/vulnerability")"
    [ "$severity" != CRITICAL ] || critical=$((critical + 1))
done <"$work/ids"
echo "$components components, $(wc -l <"$work/ids" | tr -d ' ') known vulnerabilities, $critical of them critical."
[ "$critical" -eq 0 ]
