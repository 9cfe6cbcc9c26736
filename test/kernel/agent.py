"""Sends and records raw packets in one network namespace, as test/kernel/lab.ts asks on standard input.

Commands, one a line: `send FAMILY UID HEX` (a whole IP packet), `flush` (forgets all connections), `sync WORD` (answers
`sync WORD` once everything before it is done). Every packet that is delivered locally is printed as `got FAMILY HEX`.
"""
import ctypes
import os
import select
import socket
import struct
import sys

PROTOCOLS = (1, 6, 17, 47, 99, 132, 136)
PROTOCOLS6 = (58, 6, 17, 47, 99, 132, 136)
IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_HOPLIMIT, IPV6_RECVTCLASS, IPV6_TCLASS = 49, 51, 52, 66, 67
SO_RCVBUFFORCE = 33
libc = ctypes.CDLL(None)


def receivers():
    for family, protocols in ((socket.AF_INET, PROTOCOLS), (socket.AF_INET6, PROTOCOLS6)):
        for protocol in protocols:
            one = socket.socket(family, socket.SOCK_RAW, protocol)
            one.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, 8 << 20)
            one.setblocking(False)
            if family == socket.AF_INET6:
                for option in (IPV6_RECVPKTINFO, IPV6_RECVHOPLIMIT, IPV6_RECVTCLASS):
                    one.setsockopt(socket.IPPROTO_IPV6, option, 1)
            yield one, protocol


def sender(family, uid, mark):
    """The owner match looks at who opened the socket; the file system ids are enough for that and keep all rights."""
    libc.setfsgid(uid)
    libc.setfsuid(uid)
    one = socket.socket(family, socket.SOCK_RAW, socket.IPPROTO_RAW)
    libc.setfsuid(0)
    libc.setfsgid(0)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_MARK, mark)
    return one


def received(one, protocol):
    if one.family == socket.AF_INET:
        return one.recv(65536)
    payload, ancillary, _, peer = one.recvmsg(65536, 1024)
    destination, hops, traffic = bytes(16), 0, 0
    for level, kind, data in ancillary:
        if level == socket.IPPROTO_IPV6 and kind == socket.IPV6_PKTINFO:
            destination = data[:16]
        elif level == socket.IPPROTO_IPV6 and kind == IPV6_HOPLIMIT:
            hops = struct.unpack("i", data[:4])[0]
        elif level == socket.IPPROTO_IPV6 and kind == IPV6_TCLASS:
            traffic = struct.unpack("i", data[:4])[0]
    source = socket.inet_pton(socket.AF_INET6, peer[0].split("%")[0])
    return struct.pack("!IHBB", 6 << 28 | traffic << 20, len(payload), protocol, hops) + source + destination + payload


def flush_connections():
    """An IPCTNL_MSG_CT_DELETE without a tuple (linux/netfilter/nfnetlink_conntrack.h) deletes every entry of the namespace."""
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, 12) as netlink:
        for family in (socket.AF_INET, socket.AF_INET6):
            netlink.send(struct.pack("=IHHIIBBH", 20, 1 << 8 | 2, 1 | 4, 0, 0, family, 0, 0))
            error = struct.unpack("=i", netlink.recv(4096)[16:20])[0]
            if error:
                raise OSError(-error, os.strerror(-error))


def main():
    mark = int(sys.argv[1])
    sockets = dict(receivers())
    by_family = {"4": socket.AF_INET, "6": socket.AF_INET6}
    senders = {}
    for family in by_family.values():
        for uid in (0, 1000):
            senders[family, uid] = sender(family, uid, mark)
    pending = b""
    print("ready", flush=True)
    while True:
        for one in select.select([0, *sockets], [], [])[0]:
            if one != 0:
                try:
                    packet = received(one, sockets[one])
                except BlockingIOError:
                    continue
                print("got", "4" if one.family == socket.AF_INET else "6", packet.hex(), flush=True)
                continue
            data = os.read(0, 65536)
            if not data:
                return
            *lines, pending = (pending + data).split(b"\n")
            for line in lines:
                word, *rest = line.decode().split(" ")
                if word == "flush":
                    flush_connections()
                elif word == "sync":
                    print("sync", *rest, flush=True)
                elif word == "send":
                    family, packet = by_family[rest[0]], bytes.fromhex(rest[2])
                    target = packet[16:20] if family == socket.AF_INET else packet[24:40]
                    try:
                        senders[family, int(rest[1])].sendto(packet, (socket.inet_ntop(family, target), 0))
                    except OSError as error:
                        # What the rules of this namespace drop on the way out is reported as an error too.
                        print("failed", error, flush=True)


main()
