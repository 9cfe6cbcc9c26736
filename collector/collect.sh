#!/bin/sh
# vethscope collector: what this host says about its container networks, in one zip.
#
#   sh collect.sh                                      here, into ./vethscope-<host>-<time>.zip
#   ssh HOST 'sh -s -- -o -' <collect.sh >host.zip     there, leaving nothing behind
#
# It only reads. It starts no container, loads no kernel module, and writes nothing but its output and one temporary
# directory (under $TMPDIR or /tmp) that is gone when it ends, however it ends. Each command has a time limit.
# It takes no secret: of Docker's objects only the fields named below, so no environment, command line, mount, proxy or
# foreign label, and what looks like a password or token is cut out of messages. It needs no root; without it the
# firewall's rules stay unread (see --sudo). To see the commands without running them: --dry-run.
#
# shellcheck disable=SC2086,SC2046  # $sudo, $docker, $ss and lists of ids are split into words on purpose
# shellcheck disable=SC2317  # the list_ functions are called by run

version=1.0.0
core='ip-addr brctl-show docker-network-inspect iptables-save'
ids="$core ip6tables-save iptables-legacy-save iptables-nft-save ip6tables-legacy-save ip6tables-nft-save nft-ruleset \
ipset-save ip-link ip-route ip6-route ip-rule ip6-rule ip-neigh bridge-link bridge-fdb bridge-vlan sysctl ss-listen \
resolv-conf resolved-conf docker-version docker-info docker-ps docker-network-ls docker-inspect daemon-json \
podman-network-inspect"
size_limit=65536 # for one output, in blocks of 512 bytes: 32 MiB
guests_limit=64  # for all outputs of containers' namespaces, in MiB: what these hold is up to the containers

usage() {
  cat <<'END'
usage: collect.sh [options]
  -o FILE|-            where to write the zip; - is standard output (default: vethscope-<host>-<time>.zip here)
  --only IDS           take only these captures (ids separated by commas, see --list)
  --skip IDS           leave these out
  --no-docker-inspect  leave out docker-inspect: ports, networks and resolver settings of each container
  --no-netns           do not look into containers' network namespaces
  --sudo               use "sudo -n" for the commands that need root, and only for those
  --timeout S          seconds that each command may take (default 5)
  --list               print the ids of all captures
  --dry-run            print the commands instead of running them
  --quiet              no progress on standard error
  -h                   this text
exit status: 0 at least one core capture was taken, 2 wrong usage, 3 the zip could not be written, 4 no core capture
END
}

# --- What is kept of what Docker says ----------------------------------------------------------------------------------
# Templates name the fields that are kept; nothing else leaves the docker command. Each prints an object in the shape of
# docker's own JSON. They range over a map, which docker's typed objects are not: docker then falls back to the engine's
# raw answer, so whatever the client's version, a field is there exactly if the engine knows it. Each field is followed
# by a tab, which cannot occur inside JSON; as_array turns tabs into commas.
tab=$(printf '\t')
keep="{{json \$k}}:{{json \$v}}$tab"
pick() { # pick FIELDS [CASES]: of $v
  printf '%s' "{{range \$k, \$v := \$v}}{{if eq \$k"; printf ' "%s"' $1; printf '%s' "}}$keep${2-}{{end}}{{end}}"
}
within() { printf '%s' "{{else if eq \$k \"$1\"}}\"$1\":{ $2}$tab"; } # within FIELD TEMPLATE: what to print of it
labels=$(within Labels "$(pick 'com.docker.compose.project com.docker.compose.service com.docker.compose.network')")
options="{{range \$k, \$v := \$v}}{{if or (eq (truncate \$k 19) \"com.docker.network.\") \
(eq \$k \"parent\" \"macvlan_mode\" \"ipvlan_mode\" \"ipvlan_flag\" \"encrypted\")}}$keep{{end}}{{end}}"
network_fields="{{\$v := .}}{ $(pick 'Name Id Created Scope Driver EnableIPv4 EnableIPv6 Internal Attachable Ingress
  ConfigFrom ConfigOnly Containers Peers' "$(within IPAM "$(pick 'Driver Config')")$(within Options "$options")$labels")}"
endpoints="{{range \$k, \$v := \$v}}{{json \$k}}:{ $(pick 'NetworkID EndpointID Gateway IPAddress IPPrefixLen IPv6Gateway
  GlobalIPv6Address GlobalIPv6PrefixLen MacAddress Aliases DNSNames Links GwPriority IPAMConfig' \
  "$(within DriverOpts "$options")")}$tab{{end}}"
container_fields="{{\$v := .}}{ $(pick 'Id Name Created' "$(
  within State "$(pick 'Status Running Pid StartedAt')"
  within HostConfig "$(pick 'NetworkMode PortBindings PublishAllPorts Dns DnsOptions DnsSearch ExtraHosts Links
    Privileged CapAdd Sysctls')"
  within Config "$(pick 'Hostname Domainname ExposedPorts' "$labels")"
  within NetworkSettings "$(pick 'SandboxID SandboxKey Ports' "$(within Networks "$endpoints")")")")}"
typed() { for f; do printf ',"%s":{{json .%s}}' "$f" "$f"; done; } # docker info and podman have no raw answer
info_fields='{ "Swarm":{"LocalNodeState":{{json .Swarm.LocalNodeState}}},"Plugins":{"Network":{{json .Plugins.Network}}}'$(
  typed ServerVersion OperatingSystem OSType KernelVersion Containers ContainersRunning IPv4Forwarding LiveRestoreEnabled \
    SecurityOptions)
podman_fields='{ "name":{{json .Name}},"id":{{json .ID}},"driver":{{json .Driver}},"subnets":{{json .Subnets}},'\
'"network_interface":{{json .NetworkInterface}},"ipv6_enabled":{{json .IPv6Enabled}},"internal":{{json .Internal}},'\
'"dns_enabled":{{json .DNSEnabled}}}'
as_array() { sed -e '/^$/d' -e "s/$tab}/}/g" -e "s/$tab/,/g" | sed -e '1s/^/[/' -e '1!s/^/,/' -e '$s/$/]/'; }

# Of daemon.json the settings of the network are kept, one a line. What is not plain JSON is refused as a whole.
list_daemon_settings() { # list_daemon_settings COMMAND...: the command prints daemon.json
  "$@" | sed "$redact" | awk '
    BEGIN { kept = " allow-direct-routing bip bip6 bridge bridge-accept-fwmark default-address-pools default-gateway " \
      "default-gateway-v6 default-network-opts dns dns-opts dns-search experimental features firewall-backend fixed-cidr " \
      "fixed-cidr-v6 host-gateway-ip host-gateway-ips hosts icc ip ip-forward ip-forward-no-drop ip-masq ip6tables " \
      "iptables ipv6 live-restore mtu tls tlsverify userland-proxy userns-remap " }
    { sub(/\r$/, "")
      for (rest = $0; rest != "" && !bad; rest = substr(rest, RLENGTH + 1)) {
        if (match(rest, /^[ \t]+/)) continue
        if (!match(rest, /^"([^"\\]|\\.)*"/) && !match(rest, /^[-+.a-zA-Z0-9]+/) && !match(rest, /^[][{}:,]/)) { bad = 1; break }
        token = substr(rest, 1, RLENGTH)
        if (state == "" && token == "{") { state = "key"; depth = 1 }
        else if (state == "key" && token == "}") state = "end"
        else if (state == "key" && token ~ /^"/) { key = substr(token, 2, RLENGTH - 2); state = "colon" }
        else if (state == "colon" && token == ":") { state = "value"; value = "" }
        else if (state == "value" && depth == 1 && value != "" && token ~ /^[,}]$/) {
          if (index(kept, " " key " ")) out = out (out == "" ? "{ " : ",\n  ") "\"" key "\": " value
          state = token == "," ? "key" : "end"
        } else if (state == "value" && (depth > 1 || value == "")) {
          depth += (token ~ /^[[{]$/) - (token ~ /^[]}]$/)
          value = value token
        } else bad = 1
      } }
    END { if (bad || (state != "end" && state != "")) { print "not plain JSON, so nothing of it was kept" | "cat >&2"; exit 1 }
      if (out != "") print out " }" }'
}

# --- Running one command -----------------------------------------------------------------------------------------------
have() { # have TOOL: whether it is on the PATH, as $found. Not `command -v`: some busybox shells prefer their own applets.
  found='' IFS=:
  for dir in $PATH; do [ -f "$dir/$1" ] && [ -x "$dir/$1" ] && found=$dir/$1 && break; done
  unset IFS
  [ -n "$found" ]
}
tell() { printf '%s' "$1" | tr -c ' -~' '?' >&2; echo >&2; } # names of folders may be anybody's
say() { [ -n "$quiet" ] || tell "$*"; }
die() { tell "collect.sh: $1"; exit "${2:-3}"; }
now() { read -r up _ </proc/uptime; now=$((${up%.*} * 1000 + 1${up#*.} * 10 - 1000)); }
stop() { kill -KILL "-$1" 2>/dev/null || kill -KILL "$1" 2>/dev/null; } # timeout's process group, or the one child
alive() { # whether the main shell still runs: its number may be another's by now, or a dead one's that nobody has waited for
  kill -0 $$ || return
  read -r stat <"/proc/$$/stat" || return 0 # another namespace's /proc
  set -- ${stat##*) }
  [ "$1" != Z ] && [ "${began:=${20}}" = "${20}" ]
}
guard() { # beside the main shell: stops a command that overstays where timeout did not, and tidies up after kill -9
  trap '' INT TERM HUP
  exec </dev/null >/dev/null 2>&1 # not where it is called: some shells would keep the caller's pipes open beside these
  last='' ticks=0 began=''
  alive
  while sleep 1; do
    job=''
    [ ! -e "$tmp/job" ] || read -r job <"$tmp/job"
    alive || break
    [ "$job" = "$last" ] || { last=$job ticks=0; }
    ticks=$((ticks + 1))
    if [ -n "$job" ] && [ "$ticks" -gt "$limit" ]; then stop "$job"; fi
    [ -z "$job" ] || [ "$ticks" -le $((limit + 1)) ] || kill -ALRM $$ # it cannot be killed: wait for it no longer
  done
  [ -z "$job" ] || stop "$job"
  clean
}
clean() { # without -r in the output's folder: if it is another user's, these names may be anything by now
  rm -rf -- "$tmp"; rm -f -- "$probe" "$part"
}
run() { # run COMMAND...: into $out and $err; sets rc and ms. The list_ functions only read files.
  now; begun=$now
  case $1 in list_*) ;; *) have "$1"; shift; set -- ${timeout:+"$timeout" -s KILL "$limit"} "$found" "$@" ;; esac
  (
    trap '' XFSZ # beyond the size limit writing fails; nothing is killed and no core is dumped
    ulimit -f "$size_limit" 2>/dev/null
    case $1 in list_*) "$@" ;; *) exec "$@" ;; esac
  ) >"$out" 2>"$err" </dev/null &
  job=$!
  { echo "$job" >"$tmp/job"; } 2>/dev/null || die "$no_room"
  wait "$job" 2>/dev/null
  rc=$?
  { true >"$tmp/job"; } 2>/dev/null || die "$no_room"
  job=''
  now; ms=$((now - begun))
  timed_out=''
  [ "$rc" -lt 124 ] || [ "$ms" -lt $((limit * 1000)) ] || timed_out=yes
}
ask() { # ask COMMAND...: into $answer, for our own use
  out=$tmp/answer err=$tmp/answer.err answer='' rc=127 timed_out=''
  [ -n "$dry" ] || ! have "$1" || { run "$@"; answer=$(cat "$out"); }
}

# --- Recording one capture ---------------------------------------------------------------------------------------------
redact='s#://[^[:space:]"]*@#://***@#g' # user:password@ in an address
quotes='\"'\'
redact_message() { # what looks like a secret in free text; where it is quoted or its end is not known, the rest of the line
  sed -E -e "$redact" -e "s#(authorization[$quotes]{0,2} {0,3}[:=]).*#\1 ***#I" \
    -e "s#((bearer|basic) {1,3})[^[:space:],;$quotes]+#\1***#gI" \
    -e "s#((pass(word|wd|phrase)?|pwd|token|secret|credentials?|api[-_]?key)[-_a-z0-9]{0,40}[$quotes]{0,2} {0,3}[:=] {0,3}\
|-(password|passwd|token|secret) {1,3})([$quotes].*|[^[:space:],;\&$quotes]+)#\1***#gI"
}
json() { # json TEXT: as a JSON string, in $json. Whatever is not printable ASCII becomes a question mark.
  case $1 in
    *[!a-zA-Z0-9\ ._/:,=@%+-]*) json=\"$(printf '%s' "$1" | tr -c ' -~' '?' | sed 's/[\\"]/\\&/g')\" ;;
    *) json=\"$1\" ;;
  esac
}
begin() { # begin ID COMMAND: whether to go on; sets path, out, err
  id=$1 command=$2 ms=0 remark=''
  case $id in
    docker-network-inspect | docker-version | docker-info | docker-inspect | podman-* | daemon-json | nft-ruleset)
      path=$where/$id.json ;;
    *) path=$where/$id.txt ;;
  esac
  out=$tmp/$path err=$tmp/$where/$id.err
  case ",$skip," in *",$id,"*) refuse "left out by --skip"; return 1 ;; esac
  case ",$only," in ,, | *",$id,"*) ;; *) refuse "left out by --only"; return 1 ;; esac
  [ -z "$dry" ] || { printf '%-24s %s\n' "$id" "$command"; return 1; }
  case $id$docker_hangs in docker-*yes) refuse "Docker does not answer"; return 1 ;; esac
  [ -n "$container" ] && [ "$guests" -ge $((guests_limit << 20)) ] || return 0
  refuse "left out: containers' namespaces had given $guests_limit MiB before it"; return 1
}
record() { # record EXIT BYTES TRUNCATED WHY: a line of the manifest, and one for the person who waits
  json "$path"; line="{\"id\":\"$id\",\"path\":$json,\"command\":"
  json "$command"; line="$line$json,\"netns\":"
  if [ -n "$container" ]; then json "$container"; else json=null; fi
  line="$line$json,\"exit\":$1,\"ms\":$ms,\"bytes\":$2,\"truncated\":$3,\"why\":"
  if [ -n "$4" ]; then json "$4"; else json=null; fi
  printf '%s    %s%s}' "$comma" "$line" "$json" >>"$tmp/captures.json" || die "$no_room"
  comma=",
"
  [ -n "$quiet" ] || printf '%-32s %6s ms  %s\n' "${container:+$where/}$id" "$ms" "${4:-$2 bytes}" >&2
}
refuse() { [ -n "$dry" ] || record null 0 false "$1"; }
missing() { # missing TOOL
  refuse "$1 is not installed"
  case " $absent " in *" $1 "*) ;; *) absent="$absent $1" ;; esac
}
conclude() { # after run: what became of the capture
  bytes=0 truncated=false why=''
  [ ! -s "$out" ] || bytes=$(($(wc -c <"$out")))
  [ "$bytes" -lt $((size_limit * 512)) ] || truncated=true
  [ -z "$container" ] || guests=$((guests + bytes))
  if [ -s "$err" ]; then
    head -c 65536 <"$err" | redact_message >"$tmp/err"
    mv "$tmp/err" "$err"
  else silent="$silent $where/$id.err"; fi
  if [ -n "$timed_out" ]; then
    why="no answer within $limit s"
    [ "$bytes" = 0 ] || truncated=true
    case $id in docker-*) docker_hangs=yes ;; esac
  elif [ "$rc" -ne 0 ] && [ "$truncated" = false ]; then
    why="exit $rc"
    [ ! -s "$err" ] || why=$(sed -n '/[^[:space:]]/{p;q;}' "$err" | tr -d '\n' | tr -c ' -~' '?' | cut -c 1-200)
    case $why:$id in
      *ermission?denied*:docker-* | *ermission?denied*:podman-*) why='no access to the socket of Docker'; no_socket=yes ;;
      *ermission?denied* | *peration?not?permitted* | *must?be?root*) why="needs root"; denied="$denied, $id" ;;
    esac
  elif [ -z "$container" ]; then
    case $id in docker-version | docker-network-inspect) engine=yes ;; esac
    case " $core " in *" $id "*) taken=$((taken + 1)) ;; esac
  fi
  record "$rc" "$bytes" "$truncated" "${why:-$remark}"
}
capture() { # capture ID COMMAND...
  id=$1; shift
  begin "$id" "$*" || return
  case $1 in list_*) command="$* (of collect.sh)" ;; *) have "$1" || { missing "$1"; return; } ;; esac
  run "$@"
  conclude
}
as_root() { # as_root ID COMMAND...: the same with sudo, where it was allowed
  have "$2" || { capture "$@"; return; }
  id=$1; shift
  capture "$id" $sudo "$@"
}
either() { # either ID FUNCTION COMMAND...: the command, or where it is missing the function, which reads the same from /proc and /sys
  if [ -n "$dry" ] || have "$3"; then id=$1; shift 2; capture "$id" "$@"; else capture "$1" "$2"; fi
}
nothing() { # nothing ID REASON: an empty output that is an answer
  begin "$1" "(not run: $2)" || return
  : >"$out"; : >"$err"
  rc=0 timed_out=''; conclude
}
text_of() { # text_of ID FILE: what a file says. One that is not there is absent: nothing failed.
  if [ -n "$dry" ] || [ -e "$2" ] || [ -L "$2" ]; then capture "$1" cat "$2"
  else begin "$1" "cat $2" && refuse "there is no $2"; fi
}
listeners() { # all sockets first: to name their processes ss looks through every process of the host, which can take too long
  begin ss-listen "${root:+${sudo:+$sudo }}$ss -lntu${root:+p}" || return
  have ss || { missing ss; return; }
  run $ss -lntu
  if [ -n "$root" ] && [ "$rc" = 0 ]; then
    mv "$out" "$tmp/answer"
    run $sudo $ss -lntup
    if [ "$rc" != 0 ]; then
      remark="without the names of processes: $command gave exit $rc"
      [ -z "$timed_out" ] || remark="without the names of processes: $command gave no answer within $limit s"
      mv "$tmp/answer" "$out"; : >"$err"
      command="$ss -lntu" rc=0 timed_out=''
    fi
  fi
  conclude
}
about_each() { # about_each ID LISTING COMMAND...: the command with the ids that the listing prints
  id=$1 listing=$2; shift 2
  command="$* \$($listing)"
  case $command in *'{'*) command="${command%%\{*}{...} \$($listing)" ;; esac # the template is long
  begin "$id" "$command" || return
  have "$1" || { missing "$1"; return; }
  run $listing
  mv "$out" "$tmp/answer"
  : >"$out"
  if [ "$rc" = 0 ]; then
    if [ -s "$tmp/answer" ]; then run "$@" $(cat "$tmp/answer"); fi
    mv "$out" "$tmp/answer"
    if [ "$rc" = 0 ] && [ ! -s "$tmp/answer" ]; then echo '[]' >"$out"; else as_array <"$tmp/answer" >"$out"; fi
  fi
  conclude
}

# --- Where a tool is missing: its output from /proc and /sys, as far as these go ---------------------------------------
list_bridges() { # as brctl show prints them
  printf 'bridge name\tbridge id\t\tSTP enabled\tinterfaces\n'
  for device in /sys/class/net/*; do
    [ -d "$device/bridge" ] || continue
    attribute bridge/stp_state; stp=yes; [ "$value" != 0 ] || stp=no
    attribute bridge/bridge_id; printf '%s\t\t%s\t%s\t\t' "${device##*/}" "$value" "$stp"
    indent=''
    for port in "$device"/brif/*; do
      [ ! -e "$port" ] || printf '%s%s\n' "$indent" "${port##*/}"
      indent="$tab$tab$tab$tab$tab$tab$tab"
      [ -e "$port" ] || echo
    done
  done
}
attribute() { read -r value <"$device/$1" || value=''; }
hex_functions='
  function hex(s,  i, n) { for (i = 1; i <= length(s); i++) n = n * 16 + index("123456789ABCDEF", toupper(substr(s, i, 1))); return n + 0 }
  function dotted(s) { return hex(substr(s, 7, 2)) "." hex(substr(s, 5, 2)) "." hex(substr(s, 3, 2)) "." hex(substr(s, 1, 2)) }
  function bits(s,  i, n) { for (i = 1; i <= 8; i++) n += substr("0112122312232334", hex(substr(s, i, 1)) + 1, 1); return n + 0 }'
list_addresses() { # as ip a prints them; an address belongs to the device of the narrowest connected route around it
  awk "$hex_functions"'
    function number(a,  p) { split(a, p, "."); return ((p[1] * 256 + p[2]) * 256 + p[3]) * 256 + p[4] }
    FILENAME ~ /route$/ && FNR > 1 && $3 == "00000000" { n++; dev[n] = $1; net[n] = number(dotted($2)); len[n] = bits($8) }
    $1 == "|--" { address = $2 }
    /\/32 host LOCAL/ && !seen[address]++ {
      best = 0
      if (address ~ /^127\./) { dev[0] = "lo"; len[0] = 8 } else { dev[0] = ""; len[0] = -1
        for (i = 1; i <= n; i++) { size = 2 ^ (32 - len[i])
          if (len[i] > len[best] && int(number(address) / size) == int(net[i] / size)) best = i } }
      if (len[best] >= 0) print dev[best], "inet " address "/" len[best] " scope " (best ? "global " : "host ") dev[best] }
    FILENAME ~ /if_inet6$/ { gsub(/..../, "&:", $1); sub(/:$/, "", $1)
      print $6, "inet6 " $1 "/" hex($3) " scope " ($4 == "20" ? "link" : $4 == "10" ? "host" : "global") }
  ' /proc/net/route /proc/net/fib_trie $(ls /proc/net/if_inet6) >"$tmp/addresses"
  for device in /sys/class/net/*; do
    name=${device##*/} flags='' master=''
    attribute ifindex; ifindex=$value
    attribute iflink; shown=$name; [ "$value" = "$ifindex" ] || [ "$value" = 0 ] || shown=$name@if$value
    attribute flags; for flag in 2:BROADCAST 8:LOOPBACK 4096:MULTICAST 1:UP; do
      [ "$((value & ${flag%:*}))" = 0 ] || flags=$flags,${flag#*:}
    done
    attribute operstate; state=$(echo "$value" | tr '[:lower:]' '[:upper:]')
    [ "$state" != UP ] || flags=$flags,LOWER_UP
    [ ! -e "$device/master" ] || { master=$(readlink "$device/master"); master=" master ${master##*/}"; }
    attribute mtu; printf '%s: %s: <%s> mtu %s%s state %s\n' "$ifindex" "$shown" "${flags#,}" "$value" "$master" "$state"
    kind=ether; case $flags in *LOOPBACK*) kind=loopback ;; esac
    attribute address; [ -z "$value" ] || printf '    link/%s %s\n' "$kind" "$value"
    sed -n "s/^$name /    /p" "$tmp/addresses"
  done
}
list_routes() { # as ip route prints them: the main table, which is all that /proc shows
  awk "$hex_functions"' NR > 1 { print ($8 == "00000000" ? "default" : dotted($2) "/" bits($8)) \
    ($3 == "00000000" ? "" : " via " dotted($3)) " dev " $1 ($3 == "00000000" ? " scope link" : "") ($7 ? " metric " $7 : "") }
  ' /proc/net/route
}
list_sysctls() { # as sysctl prints them; a dot in the name of an interface becomes a slash
  cd /proc/sys/net || return
  set --
  for key in ipv4/ip_forward ipv4/ip_nonlocal_bind ipv4/ip_local_port_range ipv4/conf/*/forwarding ipv4/conf/*/rp_filter \
    ipv4/conf/*/route_localnet ipv4/conf/*/proxy_arp ipv4/conf/*/arp_ignore ipv6/bindv6only ipv6/conf/*/forwarding \
    ipv6/conf/*/accept_ra ipv6/conf/*/disable_ipv6 ipv6/conf/*/proxy_ndp bridge/* \
    netfilter/nf_conntrack_count netfilter/nf_conntrack_max; do [ ! -r "$key" ] || set -- "$@" "$key"; done
  grep '' /dev/null "$@" | sed -e 'y#./#/.#' -e 's/^/net./' -e 's/:/ = /'
}

# --- The captures ------------------------------------------------------------------------------------------------------
ready() { # ready MODULE SYMBOL: whether asking would not make the kernel load the module
  [ ! -e /proc/modules ] || [ -d "/sys/module/$1" ] || [ ! -r /proc/kallsyms ] || grep -q " $2\$" /proc/kallsyms
}
rules() { # rules ID COMMAND...: the old iptables asks only for tables that are loaded; any question to the new one loads nf_tables
  case $1 in *-legacy-*) new='' ;; *-nft-* | nft-*) new=yes ;; *) new=$iptables_is_new ;; esac
  if [ -z "$new" ] || ready nf_tables nft_do_chain; then as_root "$@"
  else nothing "$1" "nf_tables is not loaded in this kernel, so it has no rules"; fi
}
from_host() {
  where=captures container=''
  either ip-addr list_addresses ip a
  set -- /sys/class/net/*/bridge # without any bridge brctl prints nothing, and makes the kernel load their module
  if [ -n "$dry" ] || [ -e "$1" ]; then either brctl-show list_bridges brctl show; else capture brctl-show list_bridges; fi
  about_each docker-network-inspect "$docker network ls -q --no-trunc" $docker network inspect --format "$network_fields"
  ask iptables --version
  case $answer in *nf_tables*) iptables_is_new=yes ;; *) iptables_is_new='' ;; esac
  for kind in iptables ip6tables iptables-legacy iptables-nft ip6tables-legacy ip6tables-nft; do
    rules "$kind-save" "$kind-save" -c
  done
  rules nft-ruleset nft -j list ruleset
  if ready ip_set ip_set_test; then as_root ipset-save ipset save
  else nothing ipset-save "ip_set is not loaded in this kernel, so it has no sets"; fi
  capture ip-link ip -d link
  either ip-route list_routes ip route show table all
  capture ip6-route ip -6 route show table all
  capture ip-rule ip rule
  capture ip6-rule ip -6 rule
  capture ip-neigh ip neigh
  capture bridge-link bridge -d link
  capture bridge-fdb bridge fdb show
  capture bridge-vlan bridge vlan show
  capture sysctl list_sysctls
  listeners
  text_of resolv-conf /etc/resolv.conf
  text_of resolved-conf /run/systemd/resolve/resolv.conf
  capture docker-version $docker version --format '{{json .}}'
  if begin docker-info "$docker info --format {...}"; then
    if have docker; then
      for fields in 'DefaultAddressPools Warnings FirewallBackend' 'DefaultAddressPools Warnings' ''; do
        run $docker info --format "$info_fields$(typed $fields)}"
        case $(cat "$err") in *"can't evaluate field"*) ;; *) break ;; esac # an older client
      done
      if [ "$rc" != 0 ] && [ -z "$timed_out" ]; then # without an engine the template ends in the middle, at its first field
        : >"$out"
        case $(cat "$err") in *"nil pointer"*) [ -z "$no_engine" ] || printf '%s\n' "$no_engine" >"$err" ;; esac
      fi
      conclude
    else missing docker; fi
  fi
  capture docker-ps $docker ps -a --no-trunc \
    --format 'table {{.ID}}\t{{.Image}}\t{{.RunningFor}}\t{{.Status}}\t{{.Ports}}\t{{.Names}}'
  capture docker-network-ls $docker network ls --no-trunc
  about_each docker-inspect "$docker ps -q --no-trunc" $docker container inspect --format "$container_fields"
  if [ ! -e "$daemon_json" ]; then nothing daemon-json "there is no $daemon_json"
  elif [ -r "$daemon_json" ]; then capture daemon-json list_daemon_settings cat "$daemon_json"
  else capture daemon-json list_daemon_settings $sudo cat "$daemon_json"; fi
  podman='podman-network-inspect'
  if [ -n "$dry$engine" ] && [ "$docker" != docker-engine ] && have docker; then
    begin $podman "podman network inspect" && refuse "this host has docker"
  elif have podman && [ ! -e "$podman_store" ]; then # which podman would create
    begin $podman "podman network inspect" && refuse "podman was never used here: there is no $podman_store"
  else about_each $podman "podman network ls -q" podman network inspect --format "$podman_fields"; fi
}
from_containers() { # the network namespace of each running container, once
  [ -n "$netns" ] || return
  [ -z "$dry" ] || { echo 'and in the network namespace of each container: nsenter -t PID -n (ip a, ...)'; return; }
  ask $docker ps -q --no-trunc
  [ -z "$docker_hangs$timed_out" ] && [ -n "$answer" ] || return
  [ -n "$root" ] || { denied="$denied, containers' namespaces"; return; }
  have nsenter || { absent="$absent nsenter"; return; }
  ask $docker container inspect --format '{{if eq (printf "%.10s" .HostConfig.NetworkMode) "container:"}}guest{{else}}owner{{end}} {{
    .Id}} {{.State.Pid}} {{or .ResolvConfPath "-"}} {{.Name}}' $answer
  printf '%s\n' "$answer" | sort -r >"$tmp/containers" # owners of a namespace before their guests
  seen=" $(ls -Lid /proc/self/ns/net) "
  while read -r _ full pid resolv name; do
    # The process must be this container's: the engine may be on another machine, or in another pid namespace.
    case $full:$pid in *[!0-9a-f:]* | *: | *:0) continue ;; esac
    grep -q "$full" "/proc/$pid/cgroup" 2>/dev/null || { say "netns: process $pid of $full is not on this machine"; continue; }
    ask $sudo ls -Lid "/proc/$pid/ns/net"
    answer=${answer#"${answer%%[0-9]*}"}
    case $seen in *" ${answer%% *} "*) continue ;; esac
    seen="$seen${answer%% *} "
    container=${name#/}
    case $container in [!a-zA-Z0-9]* | *[!a-zA-Z0-9_.-]* | '') container=$(echo "$full" | cut -c 1-12) ;; esac
    where=netns/$container
    mkdir "$tmp/$where" || continue
    as_root ip-addr nsenter -t "$pid" -n ip a
    as_root ip-route nsenter -t "$pid" -n ip route show table all
    as_root ip6-route nsenter -t "$pid" -n ip -6 route show table all
    rules iptables-save nsenter -t "$pid" -n iptables-save -c
    rules nft-ruleset nsenter -t "$pid" -n nft -j list ruleset
    as_root ss-listen nsenter -t "$pid" -n $ss -lntu
    [ "$resolv" = - ] || as_root resolv-conf cat "$resolv"
  done <"$tmp/containers"
}

# --- The zip -----------------------------------------------------------------------------------------------------------
manifest() {
  json "$(uname -n)"; hostname=$json
  json "$(uname -r)"; kernel=$json
  json "$(sed -n 's/^PRETTY_NAME=//p' /etc/os-release 2>/dev/null | tr -d '"')"; os=$json
  ask id -Gn
  groups=''; for group in $answer; do json "$group"; groups=$groups${groups:+, }$json; done
  json "$(printf '%s' "${DOCKER_HOST-}" | sed "$redact")"; docker_host=$json
  json "${DOCKER_CONTEXT-}"; docker_context=$json
  cat <<END
{
  "format": "vethscope-snapshot",
  "version": 1,
  "collector": "$version",
  "takenAt": "$taken_at",
  "finishedAt": "$(date -u +%Y-%m-%dT%H:%M:%SZ)",
  "host": { "hostname": $hostname, "kernel": $kernel, "os": $os },
  "user": { "uid": $uid, "groups": [$groups] },
  "docker": { "host": $docker_host, "context": $docker_context },
  "captures": [
END
  cat "$tmp/captures.json" && printf '\n  ]\n}\n'
}
little_endian() { # little_endian WIDTH NUMBER...: appends bytes to $bytes, as escapes for printf %b
  width=$1; shift
  for number; do
    n=$width
    while [ "$n" -gt 0 ]; do
      bytes="$bytes\\0$((number >> 6 & 3))$((number >> 3 & 7))$((number & 7))" number=$((number >> 8)) n=$((n - 1))
    done
  done
}
crc32() { # crc32 FILE: for hosts without gzip; slow, but it needs nothing. Numbers have 32 bits in some shells, 64 in others.
  if [ -z "${t255-}" ]; then
    n=0
    while [ "$n" -lt 256 ]; do
      c=$n
      for _ in 1 2 3 4 5 6 7 8; do c=$(((c >> 1 & 0x7fffffff) ^ (-306674912 & -(c & 1)))); done
      eval "t$n=$c"; n=$((n + 1))
    done
  fi
  c=-1
  for byte in $(od -An -v -tu1 "$1"); do n=$(((c ^ byte) & 255)); eval "c=\$(((c >> 8 & 0xffffff) ^ t$n))"; done
  crc=$((~c))
}
add_entry() { # add_entry NAME: to $tmp/zip. gzip's own deflate stream and CRC are taken from between its header and trailer.
  size=$(($(wc -c <"$1"))) packed=$size method=0 bytes=''
  if have gzip; then
    gzip -n -c <"$1" >gz || return
    packed=$(($(wc -c <gz) - 18)) method=8
  fi
  little_endian 2 20 0 $method "$dos_time" "$dos_date"
  if [ $method = 8 ]; then little_endian 1 $(tail -c 8 gz | head -c 4 | od -An -v -tu1); else crc32 "$1"; little_endian 4 $crc; fi
  little_endian 4 "$packed" "$size"
  little_endian 2 ${#1} 0
  printf 'PK\003\004%b%s' "$bytes" "$1" >>zip || return
  if [ $method = 8 ]; then tail -c +11 gz | head -c "$packed"; else cat "$1"; fi >>zip || return
  printf 'PK\001\002\024\000%b' "$bytes" >>directory
  bytes=''
  little_endian 2 0 0 0 0 0
  little_endian 4 "$offset"
  printf '%b%s' "$bytes" "$1" >>directory || return
  offset=$((offset + 30 + ${#1} + packed)) count=$((count + 1))
}
write_zip() {
  cd "$tmp" || return
  rm -f $silent
  if have zip && zip -q -X -D -r zip.zip manifest.json captures netns; then mv zip.zip zip; return; fi
  rm -f zip.zip
  offset=0 count=0
  for name in manifest.json captures/* netns/*/*; do [ ! -f "$name" ] || add_entry "$name" || return; done
  bytes=''
  little_endian 2 0 0 "$count" "$count"
  little_endian 4 $(($(wc -c <directory))) "$offset"
  { cat directory && printf 'PK\005\006%b\000\000' "$bytes"; } >>zip
}

# --- From start to end -------------------------------------------------------------------------------------------------
random() { head -c 500 /dev/urandom | tr -dc a-z0-9 | head -c 20; } # for names that nobody foresees
trusted() ( # trusted FOLDER: whether no other user can rename or replace what we make there
  cd "$1" || exit
  while :; do
    set -- $(ls -ldn .)
    case ${3-} in 0 | "$uid") ;; *) exit 1 ;; esac
    case $1 in d????-??-* | d????????[tT]*) ;; *) exit 1 ;; esac
    [ "$(pwd -P)" != / ] || exit 0
    cd ..
  done
)
enter() { # enter the output's folder, for relative names. It may be another user's, who may move it and put anything there.
  cd "$folder" 2>/dev/null || :
  [ "$(pwd -P)" = "$folder" ] || { echo "the folder was moved" >&2; return 1; }
  set -C # so that a file is made anew; only a name that is not foreseen is proof against pipes and devices
}
try() (enter && : >"./${probe##*/}" && rm -f -- "./${probe##*/}") # whether the folder can be written to
deliver() ( # the zip to its place
  enter || exit
  part=./${part##*/} name=./${output##*/} over=''
  cat "$tmp/zip" >"$part" || exit
  ! mv -T "$tmp/captures.json" "$tmp/moved" 2>/dev/null || over=-T # else a link to a folder would be followed into it
  [ ! -d "$name" ] || [ -n "$over" ] || { echo "it is a folder" >&2; exit 1; }
  mv -f $over "$part" "$name"
)
leave() { # however it ends
  status=${status:-$?}
  trap '' EXIT INT TERM HUP
  [ -z "$job" ] || stop "$job"
  [ -z "$guard" ] || { kill -KILL "$guard"; wait "$guard"; } 2>/dev/null
  cd / && clean
  exit "$status"
}
known_ids() { # known_ids LIST
  for id in $(echo "$1" | tr , ' '); do
    case " $ids " in *" $id "*) ;; *) die "no such capture: $id (see --list)" 2 ;; esac
  done
}
main() {
  trap 'exit 130' INT # without one bash forgets an interrupt that comes while it waits for a command
  set -u
  umask 077
  POSIXLY_CORRECT=1 # bash then counts file sizes in the same blocks as the other shells
  unset ZIP ZIPOPT GZIP GREP_OPTIONS CDPATH # options for tools that are used here
  export LC_ALL=C PATH="${PATH:-/usr/bin:/bin}:${VETHSCOPE_SBIN-/usr/local/sbin:/usr/sbin:/sbin}" # the variable is for tests
  output='' only='' skip='' netns=yes sudo='' limit=5 dry='' quiet=''
  while [ $# -gt 0 ]; do
    case $1 in -o | --only | --skip | --timeout) [ $# -gt 1 ] || die "$1 needs a value" 2 ;; esac
    case $1 in
      -o) output=$2; shift ;;
      --only) known_ids "$2"; only=$2; shift ;;
      --skip) known_ids "$2"; skip=$skip,$2; shift ;;
      --no-docker-inspect) skip=$skip,docker-inspect ;;
      --no-netns) netns='' ;;
      --sudo) sudo='sudo -n' ;;
      --timeout) limit=$2; shift ;;
      --list) printf '%s\n' $ids; exit 0 ;;
      --dry-run) dry=yes ;;
      --quiet) quiet=yes ;;
      -h | --help) usage; exit 0 ;;
      *) die "unknown option: $1 (see -h)" 2 ;;
    esac
    shift
  done
  case $limit in '' | 0* | *[!0-9]* | ?????*) die "--timeout needs a number of seconds" 2 ;; esac
  [ "$output" != /dev/stdout ] || output=-
  [ "$output" != - ] || [ ! -t 1 ] || die "standard output is a terminal: redirect it, or name a file" 2
  uid=$(id -u)
  [ "$uid" != 0 ] || sudo=''
  [ -z "$sudo" ] || have sudo || die "--sudo: sudo is not installed" 2
  root=$sudo; [ "$uid" != 0 ] || root=yes
  status='' job='' guard='' tmp='' probe='' part='' container='' comma='' silent='' taken=0 guests=0
  docker=docker docker_hangs='' no_socket='' denied='' absent=''
  daemon_json=/etc/docker/daemon.json podman_store=${XDG_DATA_HOME:-${HOME-}/.local/share}/containers
  [ "$uid" != 0 ] || podman_store=/var/lib/containers
  ss=ss; ready tcp_diag tcp_diag_dump && ready udp_diag udp_diag_dump || ss='env PROC_ROOT=/proc ss' # else it loads them
  timeout='' # by its path: the one within busybox stops the command, but not what that has started
  ! have timeout || ! "$found" -s KILL 1 true 2>/dev/null || timeout=$found
  set -- $(date -u '+%Y %m %d %H %M %S')
  taken_at=$1-$2-$3T$4:$5:$6Z
  dos_date=$((($1 - 1980) << 9 | ${2#0} << 5 | ${3#0})) dos_time=$((${4#0} << 11 | ${5#0} << 5 | ${6#0} >> 1))
  engine='' # whether one answers: a command line alone is no engine
  [ -z "$dry" ] || { from_host; from_containers; exit 0; }

  [ -n "$output" ] || output=vethscope-$(uname -n | tr -c 'A-Za-z0-9.\n-' -)-$1$2$3T$4$5$6Z.zip
  case $output in - | /*) ;; *) output=$PWD/$output ;; esac
  [ ! -d "$output" ] || die "$output is a directory"
  folder='' no_folder="cannot write in ${output%/*}/: name another file with -o"
  if [ "$output" = - ]; then :
  elif [ ! -e "$output" ] || [ -f "$output" ]; then folder=$(cd "${output%/*}/" 2>/dev/null && pwd -P) || die "$no_folder"
  else case ${output%/*} in /dev | /dev/fd) ;; *) die "$output is neither a file nor in /dev: name another with -o" ;; esac; fi
  tmp=${TMPDIR:-/tmp}
  case $tmp in /*) ;; *) tmp=$PWD/$tmp ;; esac
  no_tmp="cannot make a directory in $tmp: set TMPDIR to a writable one"
  tmp=$(cd "$tmp" 2>/dev/null && pwd -P) || die "$no_tmp"
  [ -z "${TMPDIR-}" ] || trusted "$tmp" || { say "Others may write in $tmp (TMPDIR), so /tmp is used instead."; tmp=/tmp; }
  tmp=$tmp/vethscope-$$-$(random) no_room="cannot write in $tmp: is the disk full?"
  [ -z "$folder" ] || probe=$folder/.vethscope-$(random).part part=$folder/.vethscope-$(random).part
  trap leave EXIT
  trap 'status=130; exit' INT
  trap 'status=143; exit' TERM
  trap 'status=129; exit' HUP
  trap : ALRM
  guard &
  guard=$!
  mkdir "$tmp" "$tmp/captures" "$tmp/netns" || die "$no_tmp"
  [ -z "$probe" ] || try 2>/dev/null || die "$no_folder"

  rootless=unix://${XDG_RUNTIME_DIR:-/nonexistent}/docker.sock # the user's own engine, where there is no other
  if [ -z "${DOCKER_HOST-}${DOCKER_CONTEXT-}" ] && [ ! -S /var/run/docker.sock ] && [ -S "${rootless#unix://}" ]; then
    export DOCKER_HOST="$rootless"
  fi
  [ "${DOCKER_HOST-}" != "$rootless" ] || daemon_json=${XDG_CONFIG_HOME:-${HOME-}/.config}/docker/daemon.json
  ask docker version
  no_engine=''; [ "$rc" = 0 ] || [ ! -s "$err" ] || no_engine=$(sed -n '/[^[:space:]]/{p;q;}' "$err" | cut -c 1-1000)
  [ "$rc" = 0 ] || [ -z "$sudo" ] || docker='sudo -n docker'
  docker_hangs=$timed_out
  case $answer in *odman*) docker='docker-engine' ;; esac # podman in docker's clothes: "docker-engine is not installed"
  from_host
  from_containers

  { manifest >"$tmp/manifest.json" && write_zip; } 2>"$tmp/err" || die "cannot write in $tmp: $(sed 1q "$tmp/err")"
  if [ "$output" = - ]; then cat "$tmp/zip" || die "cannot write to standard output"
  elif [ -z "$folder" ]; then cat "$tmp/zip" >"$output" || die "cannot write to $output"
  else deliver 2>"$tmp/err" || die "cannot write $output: $(sed 1q "$tmp/err")"; fi
  say "$output: $(($(wc -c <"$tmp/zip"))) bytes, $taken of 4 core captures"
  [ -z "$absent" ] || say "Not installed here:$absent."
  [ -z "$denied" ] || say "Needs root: ${denied#, }. Run with --sudo, or as root."
  [ -z "$no_socket" ] || say "Docker: run with --sudo, as root, or as a member of the group docker."
  [ "$taken" -gt 0 ] || exit 4
}
main "$@"
exit
