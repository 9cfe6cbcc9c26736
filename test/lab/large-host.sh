#!/bin/sh
# large-host.sh IMAGE: 40 containers on six networks and the default bridge, some of them on two, two of the networks with
# IPv6 too, one internal, and about 60 published ports, each served. Set up where it is run, with the engine at $DOCKER_HOST.
set -eu
image=$1
if [ ! -e /sys/class/net/eth0 ]; then
  ip link add eth0 type veth peer name uplink
  ip link set uplink up
  ip link set eth0 up
  ip addr add 192.0.2.10/24 brd + dev eth0
  ip -6 addr add 2001:db8:1::10/64 dev eth0 nodad
  ip route add default via 192.0.2.1
  ip -6 route add default via 2001:db8:1::1
fi

# serve NAME NETWORK "[ADDRESS:]HOST_PORT:PORT[/udp]..."
serve() {
  name=$1 network=$2 published='' servers=''
  for port in $3; do
    published="$published -p $port"
    own=${port##*:}
    case $own in
      */udp) servers="$servers nc -u -ll -p ${own%/udp} -e cat &" ;;
      *) servers="$servers nc -ll -p $own -e cat &" ;;
    esac
  done
  # shellcheck disable=SC2086  # options, split into words on purpose
  docker run -d --name "$name" --network "$network" $published "$image" sh -c "$servers exec sleep 1000000" >/dev/null
}

docker network create --ipv6 --subnet 172.28.0.0/24 --subnet fd00:28::/64 edge >/dev/null
number=0
for stack in shop blog mail monitor git; do
  number=$((number + 1))
  base=$((10000 + 1000 * number))
  case $stack in
    blog) options='--ipv6 --subnet fd00:28:2::/64' ;;
    git) options=--internal ;;
    *) options='' ;;
  esac
  # shellcheck disable=SC2086  # as above
  docker network create --subnet "172.28.$number.0/24" $options "$stack" >/dev/null
  serve "$stack-proxy" edge "$((base + 80)):80 $((base + 443)):443 $((base + 443)):443/udp"
  docker network connect "$stack" "$stack-proxy"
  # Nobody reaches a port of an internal network from outside.
  outside() { [ "$stack" = git ] || echo "$1"; }
  serve "$stack-app" "$stack" "$(outside "$((base + 1)):8080 $((base + 2)):9000")"
  serve "$stack-worker" "$stack" "$(outside "127.0.0.1:$((base + 3)):9100")"
  serve "$stack-db" "$stack" "$(outside "127.0.0.1:$((base + 4)):5432")"
  serve "$stack-cache" "$stack" "$(outside "$((base + 5)):6379")"
  serve "$stack-queue" "$stack" "$(outside "$((base + 6)):5672 $((base + 7)):15672")"
  serve "$stack-jobs" "$stack" ""
done
for name in registry resolver vault metrics backup; do
  number=$((number + 1))
  base=$((10000 + 1000 * number))
  serve "$name" bridge "$((base + 80)):80 $((base + 443)):443 $((base + 53)):53/udp"
done
docker network connect monitor metrics
docker network connect edge registry
