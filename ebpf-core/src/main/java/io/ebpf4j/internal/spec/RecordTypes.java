package io.ebpf4j.internal.spec;

import io.ebpf4j.MapType;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfType;
import java.util.Optional;

/**
 * What {@code __type(value, ..)} says of maps that carry records: their type. The map itself has other keys and values, or
 * none:
 *
 * <pre>
 *   RINGBUF            neither
 *   USER_RINGBUF       neither
 *   PERF_EVENT_ARRAY   an index and a descriptor, of 4 bytes each; who knows no better declares those
 * </pre>
 */
public final class RecordTypes {
    /** A CPU's number, and the descriptor of what is written to on it. */
    private static final int ENTRY_SIZE = Integer.BYTES;

    private RecordTypes() {}

    /** {@return how many bytes the keys have that the kernel wants of a map that carries records, and the values} */
    public static int ownSize(MapType type) {
        return type == MapType.PERF_EVENT_ARRAY ? ENTRY_SIZE : 0;
    }

    /**
     * {@return the type of the records, where the file names one}
     *
     * @param btf its types
     * @param type of a map that carries records
     * @param value what it is declared to have
     */
    public static Optional<BtfType> of(Btf btf, MapType type, Optional<BtfType> value) {
        return type.hasRecordsInMemory() ? value : value.filter(declared -> !isDescriptor(btf.resolve(declared.id())));
    }

    private static boolean isDescriptor(BtfType declared) {
        return declared instanceof BtfType.Int number && number.size() == ENTRY_SIZE;
    }
}
