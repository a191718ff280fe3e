package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachType;
import io.ebpf4j.MapSpec;
import io.ebpf4j.ProgramType;
import io.ebpf4j.attach.Cgroup;
import io.ebpf4j.attach.NetNamespace;
import io.ebpf4j.attach.Order;
import io.ebpf4j.attach.Socket;
import io.ebpf4j.attach.SocketMap;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.libbpf.gen.bpf_link_create_opts;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.IntFunction;

/** Hooks around sockets: of control groups, of network namespaces, of a map, or one. */
final class Sockets {
    private Sockets() {}

    static Hook cgroup(AttachCall call, Cgroup target) {
        return withFile(call, target.directory(), directory -> {
            if (target.order() instanceof Order.Anywhere) {
                MemorySegment link = Libbpf.bpf_program__attach_cgroup(call.program(), directory);
                if (link.address() == 0 && NativeLibrary.errno() == Errno.EBADF) {
                    throw call.failure(Errno.EBADF, "it is not a directory of a mounted cgroup2; " + cgroup2());
                }
                return call.link(link);
            }
            var place = Place.of(call, target.order(), "bpf_program__attach_cgroup_opts");
            MemorySegment options = bpf_link_create_opts.allocate(call.arena());
            bpf_link_create_opts.sz(options, bpf_link_create_opts.sizeof());
            bpf_link_create_opts.flags(options, place.flags());
            if (place.link() != 0) {
                bpf_link_create_opts.cgroup.relative_id(bpf_link_create_opts.cgroup(options), place.link());
            }
            int link = Libbpf.bpf_link_create(call.descriptor(), directory, attachType(call), options);
            if (link == -Errno.EINVAL) {
                throw call.failure(Errno.EINVAL, Errno.describe(Errno.EINVAL) + "; an order in a control group takes"
                        + " Linux 6.17, this is " + System.getProperty("os.version") + ": leave the order out");
            }
            return call.link(link);
        });
    }

    static Hook namespace(AttachCall call, NetNamespace target) {
        return withFile(call, target.file(), file -> call.link(Libbpf.bpf_program__attach_netns(call.program(), file)));
    }

    /** The socket is the caller's, who may close it: what is undone later is undone through a descriptor of our own. */
    static Hook socket(AttachCall call, Socket target) {
        boolean ports = call.function().programType() == ProgramType.SK_REUSEPORT;
        int own = Descriptors.duplicate(target.descriptor());
        if (own < 0) {
            throw call.failure(-own);
        }
        int errno = option(own, ports ? Libc.SO_ATTACH_REUSEPORT_EBPF() : Libc.SO_ATTACH_BPF(), call.descriptor());
        if (errno != 0) {
            Descriptors.close(own);
            throw call.failure(errno);
        }
        return new LinklessHook(call.where(), () -> {
            option(own, ports ? Libc.SO_DETACH_REUSEPORT_BPF() : Libc.SO_DETACH_BPF(), 0);
            Descriptors.close(own);
        });
    }

    /** By a link where kernel and libbpf have such, or else as before. */
    static Hook map(AttachCall call, SocketMap target) {
        MapSpec map = call.map(target.map());
        int descriptor = call.object().descriptor(map);
        if (NativeLibrary.has("bpf_program__attach_sockmap")) {
            MemorySegment link = Libbpf.bpf_program__attach_sockmap(call.program(), descriptor);
            if (link.address() != 0) {
                return call.link(link);
            }
            if (NativeLibrary.errno() != Errno.EINVAL) {
                throw call.failure(NativeLibrary.errno());
            }
        }
        int function = call.descriptor();
        int type = attachType(call);
        int result = Libbpf.bpf_prog_attach(function, descriptor, type, 0);
        if (result != 0) {
            throw call.failure(-result);
        }
        call.object().retain(); // whose descriptors these are
        return new LinklessHook(call.where(), () -> {
            Libbpf.bpf_prog_detach2(function, descriptor, type);
            call.object().release();
        });
    }

    private static String cgroup2() {
        try (var mounts = Files.lines(Path.of("/proc/mounts"))) {
            return mounts.map(line -> line.split(" ", -1)).filter(fields -> fields[2].equals("cgroup2")).findFirst()
                    .map(fields -> "here cgroup2 is at " + fields[1])
                    .orElse("none is mounted here, run: mount -t cgroup2 cgroup2 /sys/fs/cgroup");
        } catch (IOException e) {
            return "`grep cgroup2 /proc/mounts` shows where it is";
        }
    }

    private static int attachType(AttachCall call) {
        return call.function().attachType().map(AttachType::number).orElse(0);
    }

    private static int option(int socket, int option, int value) {
        try (Arena arena = Arena.ofConfined()) {
            int result = Libc.setsockopt(socket, Libc.SOL_SOCKET(), option,
                    arena.allocateFrom(ValueLayout.JAVA_INT, value), Integer.BYTES);
            return result == 0 ? 0 : NativeLibrary.errno();
        }
    }

    private static Hook withFile(AttachCall call, Path path, IntFunction<Hook> use) {
        int descriptor = Descriptors.open(path, Libc.O_RDONLY());
        if (descriptor < 0) {
            throw call.failure(-descriptor, Errno.describe(descriptor)
                    + (descriptor == -Errno.ENOENT ? ": there is no " + path : ": " + path + " cannot be opened"));
        }
        try {
            return use.apply(descriptor);
        } finally {
            Descriptors.close(descriptor);
        }
    }
}
