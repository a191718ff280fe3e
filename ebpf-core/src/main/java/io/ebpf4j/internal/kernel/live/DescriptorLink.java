package io.ebpf4j.internal.kernel.live;

import io.ebpf4j.AttachException;
import io.ebpf4j.internal.kernel.Hook;
import io.ebpf4j.internal.kernel.LoadedFunction;
import io.ebpf4j.internal.kernel.live.info.LinkInfos;
import io.ebpf4j.kernel.LinkInfo;
import io.ebpf4j.libbpf.Descriptors;
import io.ebpf4j.libbpf.Errno;
import io.ebpf4j.libbpf.gen.Libbpf;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A link of the kernel that libbpf did not wrap.
 *
 * @param where how messages call it
 * @param descriptor its own
 */
record DescriptorLink(String where, int descriptor) implements Hook {
    @Override
    public OptionalInt id() {
        return KernelLinks.id(descriptor);
    }

    @Override
    public Optional<LinkInfo> info() {
        return id().isPresent() ? Optional.of(LinkInfos.of(descriptor, where)) : Optional.empty();
    }

    @Override
    public void pin(Path path) {
        BpfFs.LINKS.pin(where, descriptor, path.toAbsolutePath());
    }

    @Override
    public void replace(LoadedFunction function) {
        int result = Libbpf.bpf_link_update(descriptor, function.descriptor().orElseThrow(), MemorySegment.NULL);
        if (result != 0) {
            throw new AttachException(where + ": another function cannot take its place: " + Errno.describe(-result),
                    -result);
        }
    }

    @Override
    public void close() {
        Descriptors.close(descriptor);
    }
}
