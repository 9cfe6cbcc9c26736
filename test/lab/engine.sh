#!/bin/sh
# engine.sh DIR [dockerd options]: runs a Docker engine in the network namespace this is started in (by "ip netns exec",
# which also gives it a mount namespace and a /sys of its own). All its files are under DIR; nothing of an engine that the
# machine may already run is touched.
set -eu
dir=$1
shift
mount --make-rprivate /
# The fresh /sys has no cgroups yet.
case $LAB_CGROUPS in
  2) mount -t cgroup2 cgroup /sys/fs/cgroup ;;
  *)
    mount -t tmpfs -o mode=755 cgroup /sys/fs/cgroup
    for controller in cpu cpuacct cpuset memory devices freezer blkio pids; do
      mkdir "/sys/fs/cgroup/$controller"
      mount -t cgroup -o "$controller" cgroup "/sys/fs/cgroup/$controller"
    done
    ;;
esac
ip link set lo up
exec dockerd --data-root "$dir/data" --exec-root "$dir/exec" --pidfile "$dir/dockerd.pid" \
  --host "unix://$dir/docker.sock" --storage-driver vfs "$@"
