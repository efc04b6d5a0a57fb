#!/usr/bin/env bash
# ci/preview.sh FLAGS…: `pulumi preview FLAGS` of the stack $STACK, into the log, the file $REPORT and the job's summary.
# In a pipeline's own copy of the repository only: WITHOUT_SECRETS=true rewrites Pulumi.$STACK.yaml.
set -eo pipefail

note="Compared with the stack $STACK."
if [ "$WITHOUT_SECRETS" = true ]; then
  note="The stack $STACK, without its secrets: this run sees none (it is of a fork, or of Dependabot). It was compared with an empty stack, so everything is shown as new. Not checked: what is deployed, what would be replaced or deleted, secrets, and ESC environments."
  STACK=${STACK##*/} # the organization belongs to Pulumi Cloud
  PULUMI_BACKEND_URL="file://$(mktemp -d -p "${REPORT%/*}")"
  export PULUMI_BACKEND_URL PULUMI_CONFIG_PASSPHRASE=none
  # The configuration without what only the real stack can decrypt: no Cloudflare credentials, and a placeholder for each other secret.
  touch "Pulumi.$STACK.yaml"
  sed -z -i -E \
    -e 's/\n +cloudflare(-stream)?:\w+:\s+secure: [^\n]+//g' \
    -e 's/([:-])\s+secure: [^\n]+/\1 stand-in-for-a-secret/g' \
    -e 's/(^|\n)(encryptionsalt|secretsprovider|encryptedkey|environment):[^\n]*(\n+[ #-][^\n]*)*/\1/g' "Pulumi.$STACK.yaml"
  pulumi stack init "$STACK" > /dev/null
fi

code=0
{
  printf '%s\n\n' "$note"
  pulumi preview --stack "$STACK" --diff --suppress-progress --non-interactive --color never "$@" 2>&1
} | tee "$REPORT" || code=$?
# A provider hears nothing of a deletion before the update.
deleted=$(grep -cE '^ *- .*:StreamDownloads?: \(delete\)' "$REPORT") || true
[ "$deleted" = 0 ] || echo "warning: $deleted StreamDownload(s) will be deleted, with their files at Cloudflare unless another resource has them: their URLs stop working." | tee -a "$REPORT"
[ "$code" = 0 ] || echo "The preview failed with exit code $code." | tee -a "$REPORT"

if [ -n "$GITHUB_STEP_SUMMARY" ]; then
  {
    echo "<pre>"
    head -c 500000 "$REPORT" | sed -e 's/&/\&amp;/g' -e 's/</\&lt;/g' -e 's/>/\&gt;/g'
    echo "</pre>"
    [ "$(wc -c < "$REPORT")" -le 500000 ] || echo "Cut after 500 kB: the job's log has all of it."
  } >> "$GITHUB_STEP_SUMMARY"
fi
exit "$code"
