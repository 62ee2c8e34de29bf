#!/usr/bin/env bash
# Synthesizes one deployment, plans it with Terraform or OpenTofu and reviews the plan. For any CI; changes nothing in
# the cloud.
#
#   cli/commands/review-plan/plan-stack.sh STACK [OPTION OF PLAN-REVIEW]...
#
# ALLOW      addresses at which the plan may do what would stop it, one per line
# TF_BINARY  terraform (the default) or tofu; the lock file has to be made by the same one
#
# Writes cdktf.out/plans/STACK/: comment.md, summary.md and review.json. The plan itself stays in
# cdktf.out/stacks/STACK/tfplan. Exit codes are those of plan-review; 1 when there is no plan.
set -euo pipefail
# A plan holds values in clear: it is for this user alone.
umask 077
export TF_IN_AUTOMATION=1 CHECKPOINT_DISABLE=1

stack=${1:?the name of a deployment is missing}
shift
if [[ ! $stack =~ ^[a-z0-9][a-z0-9-]*$ ]]; then
  echo "$stack is no name of a deployment; allowed: a-z 0-9 -, such as production" >&2
  exit 1
fi
cd "$(dirname "${BASH_SOURCE[0]}")/../../.."
tf=${TF_BINARY:-terraform}
output=${CDKTF_OUTDIR:-cdktf.out}
deployments=${DEPLOYMENTS_DIR:-deployments}
lock_file=$deployments/.terraform.lock.hcl
folder=$output/stacks/$stack
pages=$output/plans/$stack

review() {
  npm run --silent plan-review -- --name "$stack" --markdown "$pages/comment.md" --full "$pages/summary.md" "$@"
}

# no_plan LOG [OPTION]...: shows why there is no plan, here and on the pages.
no_plan() {
  local log=$1
  shift
  cat "$log" >&2
  review --error "$log" "$@" || true
  exit 1
}

rm -rf "$pages"
mkdir -p "$pages"
log=$pages/error.txt

if [ ! -f "$deployments/$stack.json" ]; then
  echo "There is no $deployments/$stack.json." >"$log"
  no_plan "$log" "$@"
fi
has_backend='process.exit("backend" in JSON.parse(require("node:fs").readFileSync(process.argv[1], "utf8")) ? 0 : 1)'
if ! node --eval "$has_backend" "$deployments/$stack.json" 2>/dev/null; then
  echo "$deployments/$stack.json names no backend: its state would be lost with this machine. Add an S3 backend." >"$log"
  no_plan "$log" "$@"
fi
if [ ! -f "$lock_file" ]; then
  cat >"$log" <<EOF
$lock_file is missing: it holds the checksums of the AWS provider. Make it once and commit it:
  npm run synth
  $tf -chdir=$folder providers lock -platform=linux_amd64 -platform=linux_arm64 -platform=darwin_arm64
  cp $folder/.terraform.lock.hcl $lock_file
EOF
  no_plan "$log" "$@"
fi

if ! command -v "$tf" >/dev/null; then
  echo "$tf is not on the PATH; install it, or name another one in TF_BINARY." >"$log"
  no_plan "$log" "$@"
fi

npm run --silent synth >"$log" 2>&1 || no_plan "$log" "$@"
cp "$lock_file" "$folder/.terraform.lock.hcl"

"$tf" -chdir="$folder" init -input=false -no-color -lockfile=readonly >"$log" 2>&1 || no_plan "$log" "$@"
# Terraform prints what it plans. That is not shown here, because only the review hides values whose mark was lost.
"$tf" -chdir="$folder" plan -input=false -no-color -lock=false -out=tfplan >/dev/null 2>"$log" ||
  no_plan "$log" "$@"
"$tf" -chdir="$folder" show -json tfplan >"$pages/plan.json" 2>"$log" || no_plan "$log" "$@"
"$tf" -chdir="$folder" show -no-color tfplan >"$pages/plan.txt" 2>"$log" || no_plan "$log" "$@"

allowed=()
while IFS= read -r address; do
  [ -z "$address" ] || allowed+=("$address")
done <<<"${ALLOW:-}"

status=0
review --plan "$pages/plan.json" --text "$pages/plan.txt" --json "$@" \
  ${allowed[@]:+--allow "${allowed[@]}"} >"$pages/review.json" || status=$?
rm -f "$pages/plan.json" "$pages/plan.txt" "$log"
exit "$status"
