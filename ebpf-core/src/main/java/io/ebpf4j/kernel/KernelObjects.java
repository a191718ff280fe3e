package io.ebpf4j.kernel;

import io.ebpf4j.internal.kernel.live.info.FunctionInfos;
import io.ebpf4j.internal.kernel.live.info.KernelIds;
import io.ebpf4j.internal.kernel.live.info.LinkInfos;
import io.ebpf4j.internal.kernel.live.info.MapInfos;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Everything that the kernel has loaded, whoever did.
 *
 * {@snippet :
 * KernelObjects.functions().map(function -> function.id() + " " + function.tag() + " " + function.name())
 *         .forEach(System.out::println);
 * }
 *
 * <p>The streams ask as they are read, in the order of ids, and keep nothing open. What goes away meanwhile is left out,
 * what comes may be. They need CAP_SYS_ADMIN, and Linux 4.13 (links: 5.8).
 *
 * <p>Every method throws {@link io.ebpf4j.LibbpfException} without libbpf or Linux, and, at the latest when the stream is read,
 * {@link io.ebpf4j.PrivilegeException} without the right and {@link io.ebpf4j.KernelSupportException} on an older kernel.
 */
public final class KernelObjects {
    private KernelObjects() {}

    /** {@return all functions} */
    public static Stream<FunctionInfo> functions() {
        return KernelIds.FUNCTIONS.stream(FunctionInfos::of);
    }

    /** {@return all maps} */
    public static Stream<MapInfo> maps() {
        return KernelIds.MAPS.stream(MapInfos::of);
    }

    /** {@return all links} */
    public static Stream<LinkInfo> links() {
        return KernelIds.LINKS.stream(LinkInfos::of);
    }

    /**
     * {@return a function; empty if there is none}
     *
     * @param id its id
     */
    public static Optional<FunctionInfo> function(int id) {
        return KernelIds.FUNCTIONS.find(id, FunctionInfos::of);
    }

    /**
     * {@return a map; empty if there is none}
     *
     * @param id its id
     */
    public static Optional<MapInfo> map(int id) {
        return KernelIds.MAPS.find(id, MapInfos::of);
    }

    /**
     * {@return a link; empty if there is none}
     *
     * @param id its id
     */
    public static Optional<LinkInfo> link(int id) {
        return KernelIds.LINKS.find(id, LinkInfos::of);
    }
}
