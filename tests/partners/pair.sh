# SPDX-License-Identifier: Apache-2.0
#
# Sourced by the scripts that run two partners against each other. They set `partners`, the folder of the programs.

# run_pair FOLDER SERVER CLIENT
# SERVER and CLIENT are a stack's name followed by its partner's arguments: "mbedtls --cid 0102". Runs both over loopback, on the
# port that SERVER names or else on a free one, and leaves in FOLDER what they printed (server, client) and the client's key log
# (keylog). Fails, with what they said, unless both succeed. Each gives up by itself after half a minute.
run_pair() {
  local folder=$1 listening port status=0
  local -a server=($2) client=($3)
  : > "$folder/client"
  mkfifo "$folder/ready"
  "$partners/${server[0]}_partner" server "${server[@]:1}" > "$folder/ready" 2> "$folder/server.err" &
  local server_pid=$!
  exec {ready}< "$folder/ready"
  rm "$folder/ready"
  if read -r listening <&"$ready"; then
    port=${listening##* }
    "$partners/${client[0]}_partner" client "${client[@]:1}" --port "$port" --key-log "$folder/keylog" \
      > "$folder/client" 2>&1 || status=1
  else
    status=1
  fi
  # A server whose client failed has nothing to wait for.
  ((status == 0)) || kill "$server_pid" 2> /dev/null || true
  wait "$server_pid" || status=1
  cat <&"$ready" > "$folder/server"
  exec {ready}<&-
  if ((status != 0)); then
    echo "failed: $2 | $3" >&2
    cat "$folder/server.err" "$folder/client" >&2
  fi
  return "$status"
}
