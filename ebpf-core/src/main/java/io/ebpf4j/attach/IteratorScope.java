package io.ebpf4j.attach;

import java.nio.file.Path;
import java.util.Objects;

/** What an iterator, {@code SEC("iter/..")}, walks over. */
public sealed interface IteratorScope {
    /** All that the section names: each task, map, socket of the system. */
    record Everything() implements IteratorScope {}

    /**
     * The elements of a map, for {@code iter/bpf_map_elem}, {@code iter/bpf_sk_storage_map} and {@code iter/sockmap}.
     *
     * @param map its name in the same program
     */
    record MapElements(String map) implements IteratorScope {
        /** Checks the name. */
        public MapElements {
            Checks.name(map, "map");
        }
    }

    /**
     * Control groups, for {@code iter/cgroup}; Linux 6.1.
     *
     * @param directory in a mounted cgroup2
     * @param walk which of them
     */
    record Cgroups(Path directory, Walk walk) implements IteratorScope {
        /** Checks that nothing is null. */
        public Cgroups {
            Objects.requireNonNull(directory);
            Objects.requireNonNull(walk);
        }
    }

    /** Which control groups: {@code enum bpf_cgroup_iter_order}, in the kernel's order. */
    enum Walk {
        /** The one alone. */
        SELF(1),
        /** It, then those below it, parents first. */
        DESCENDANTS_PARENTS_FIRST(2),
        /** Those below it, children first, then it. */
        DESCENDANTS_CHILDREN_FIRST(3),
        /** It, then those above it. */
        ANCESTORS(4);

        private final int number;

        Walk(int number) {
            this.number = number;
        }

        /** {@return {@code BPF_CGROUP_ITER_*}} */
        public int number() {
            return number;
        }
    }

    /**
     * One thread, for {@code iter/task}, {@code iter/task_file} and {@code iter/task_vma}; Linux 6.1.
     *
     * @param id its number
     */
    record OneThread(int id) implements IteratorScope {
        /** Checks the number. */
        public OneThread {
            Checks.process(id);
        }
    }

    /**
     * All threads of one process, as {@link OneThread}.
     *
     * @param id its number
     */
    record OneProcess(int id) implements IteratorScope {
        /** Checks the number. */
        public OneProcess {
            Checks.process(id);
        }
    }

    /** {@return all that the section names} */
    static IteratorScope everything() {
        return new Everything();
    }

    /** {@return what it is, for messages} */
    default String description() {
        return switch (this) {
            case Everything() -> "everything";
            case MapElements(String map) -> "the elements of map " + map;
            case Cgroups(Path directory, Walk walk) -> "cgroup " + directory + " (" + walk + ")";
            case OneThread(int id) -> "thread " + id;
            case OneProcess(int id) -> "process " + id;
        };
    }
}
