package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.FunctionSpec;
import io.ebpf4j.MapSpec;
import io.ebpf4j.MapType;
import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.btf.Btf;
import io.ebpf4j.btf.BtfEditor;
import io.ebpf4j.btf.BtfType;
import io.ebpf4j.elf.ElfEditor;
import io.ebpf4j.elf.ElfFile;
import io.ebpf4j.libbpf.LibbpfLog;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.libbpf.gen.Libc;
import io.ebpf4j.testing.Fixtures;
import io.ebpf4j.testing.Live;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What libbpf makes of an object it opens, without loading it, against what the specs say. */
@Live
class LibbpfViewLiveTest {
    private static final Pattern SLOT = Pattern
            .compile("map '(?<map>.*)' slot \\[(?<index>\\d+)\\] points to (map|prog) '(?<target>.*)'");
    private static final List<String> FIELDS = List.of("type", "max_entries", "map_flags", "numa_node", "key_size",
            "key",
            "value_size", "value", "values", "pinning", "map_extra", "max_entires");
    private static final long HIGHEST_POWER = 1L << 31;

    private record View(String name, int type, int keySize, int valueSize, long maxEntries, int flags, int numaNode,
            long extra, String pinPath, int keyType, int valueType, Optional<View> inner) {}

    private record Function(String name, String section, int program, int attach, boolean autoload,
            long instructions) {}

    @ParameterizedTest
    @ValueSource(strings = {Fixtures.CLANG14, Fixtures.CLANG19})
    void everyObject_isAsLibbpfSeesIt(String folder) {
        List<String> compared = new ArrayList<>();
        List<String> refusedByLibbpf = new ArrayList<>();
        for (String name : Fixtures.names(folder)) {
            ProgramSpec spec;
            try {
                spec = Fixtures.spec(folder, name);
            } catch (ObjectFileException e) {
                continue;
            }
            if (opens(folder + "/" + name, spec)) {
                compared.add(name);
            } else {
                refusedByLibbpf.add(name);
            }
        }
        assertThat(refusedByLibbpf).isEmpty();
        assertThat(compared).hasSizeGreaterThan(24).contains("maps_all", "pinned", "usdt", "counter_fields");
    }

    /** Members renamed, moved and given other types: what one refuses the other refuses too, or both read the same. */
    @Test
    @Tag("stress")
    void definitions_changedAtRandom_areTakenOrRefusedAlike() {
        long seed = System.nanoTime();
        var random = new Random(seed);
        var elf = ElfFile.parse(Fixtures.path(Fixtures.CLANG14, "maps_all"));
        var btf = Btf.of(elf).orElseThrow();
        int section = elf.section(".BTF").orElseThrow().index();
        var maps = btf.find(BtfType.DataSec.class, ".maps").orElseThrow().variables();
        int taken = 0;
        int refused = 0;
        for (int i = 0; i < 600; i++) {
            int variable = maps.get(random.nextInt(maps.size())).type();
            var struct = (BtfType.Struct) btf.resolve(((BtfType.Var) btf.type(variable)).type());
            var members = new ArrayList<>(struct.members());
            change(members, btf, random);
            byte[] types = BtfEditor.of(btf)
                    .replace(struct.id(), new BtfType.Struct(struct.id(), struct.name(), struct.size(), members))
                    .toBytes();
            byte[] object = ElfEditor.of(elf).replaceContents(section, types).toBytes();
            String what = "seed %d, change %d: %s %s".formatted(seed, i, btf.type(variable), members);
            if (isHarmful(object)) {
                continue;
            }
            var spec = read(object);
            boolean opened = spec.isPresent() ? opens(what, spec.get()) : open(object, new HashMap<>()).address() != 0;
            assertThat(opened).as(what).isEqualTo(spec.isPresent());
            taken += opened ? 1 : 0;
            refused += opened ? 0 : 1;
        }
        assertThat(taken).isGreaterThan(100);
        assertThat(refused).isGreaterThan(100);
    }

    /** {@return whether it is never given to libbpf, which might not survive it} */
    private static boolean isHarmful(byte[] object) {
        ElfFile elf = ElfFile.parse(object, "changed");
        try {
            LoadChecks.check(elf, Btf.of(elf).orElseThrow());
            return false;
        } catch (ObjectFileException e) {
            return true;
        }
    }

    private static Optional<ProgramSpec> read(byte[] object) {
        try {
            return Optional.of(ProgramSpec.read(object, "changed"));
        } catch (ObjectFileException e) {
            return Optional.empty();
        }
    }

    private static void change(List<BtfType.Member> members, Btf btf, Random random) {
        int at = random.nextInt(members.size());
        BtfType.Member old = members.get(at);
        switch (random.nextInt(4)) {
            case 0 -> members.set(at, new BtfType.Member(FIELDS.get(random.nextInt(FIELDS.size())), old.type(),
                    old.bitOffset(), 0));
            case 1 -> members.set(at, new BtfType.Member(old.name(), pointer(btf, random), old.bitOffset(), 0));
            case 2 -> Collections.swap(members, at, random.nextInt(members.size()));
            default -> members.remove(at);
        }
    }

    private static int pointer(Btf btf, Random random) {
        while (true) {
            int id = 1 + random.nextInt(btf.size() - 1);
            if (btf.type(id) instanceof BtfType.Ptr
                    || (btf.type(id) instanceof BtfType.Array array && array.count() == 0)) {
                return id;
            }
        }
    }

    private static MemorySegment open(byte[] bytes, Map<String, SortedMap<Integer, String>> contents) {
        try (Arena arena = Arena.ofConfined(); var _ = LibbpfLog.capture(LibbpfLog.Level.DEBUG, (level, line) -> {
            var slot = SLOT.matcher(line);
            if (slot.find()) {
                contents.computeIfAbsent(slot.group("map"), map -> new TreeMap<>())
                        .put(Integer.valueOf(slot.group("index")), slot.group("target"));
            }
        })) {
            return Libbpf.bpf_object__open_mem(arena.allocateFrom(ValueLayout.JAVA_BYTE, bytes), bytes.length,
                    MemorySegment.NULL);
        }
    }

    /** {@return whether libbpf opens it} If so, all is compared. */
    private static boolean opens(String what, ProgramSpec spec) {
        Map<String, SortedMap<Integer, String>> contents = new HashMap<>();
        MemorySegment object = open(spec.toStandardObject(), contents);
        if (object.address() == 0) {
            return false;
        }
        try {
            assertThat(maps(object)).as(what).containsExactlyInAnyOrderElementsOf(
                    spec.maps().stream().map(LibbpfViewLiveTest::expected).toList());
            for (MapSpec map : spec.maps()) {
                assertThat(map.contents()).as("%s: map '%s'", what, map.name())
                        .isEqualTo(contents.getOrDefault(map.name(), new TreeMap<>()));
            }
            assertThat(functions(object)).as(what).containsExactlyInAnyOrderElementsOf(
                    spec.functions().stream().map(LibbpfViewLiveTest::expected).toList());
        } finally {
            Libbpf.bpf_object__close(object);
        }
        return true;
    }

    private static List<View> maps(MemorySegment object) {
        List<View> maps = new ArrayList<>();
        MemorySegment map = Libbpf.bpf_object__next_map(object, MemorySegment.NULL);
        while (map.address() != 0) {
            if (!Libbpf.bpf_map__is_internal(map)) {
                maps.add(view(map));
            }
            map = Libbpf.bpf_object__next_map(object, map);
        }
        return maps;
    }

    private static View view(MemorySegment map) {
        MemorySegment pin = Libbpf.bpf_map__pin_path(map);
        MemorySegment inner = Libbpf.bpf_map__inner_map(map);
        // libbpf does not know that what a ring or perf buffer names is the type of its records.
        MapType type = MapType.of(Libbpf.bpf_map__type(map));
        boolean records = type.declaresRecords();
        return new View(Libbpf.bpf_map__name(map).getString(0), Libbpf.bpf_map__type(map),
                records ? RecordTypes.ownSize(type) : Libbpf.bpf_map__key_size(map),
                records ? RecordTypes.ownSize(type) : Libbpf.bpf_map__value_size(map),
                Integer.toUnsignedLong(Libbpf.bpf_map__max_entries(map)), Libbpf.bpf_map__map_flags(map),
                Libbpf.bpf_map__numa_node(map), Libbpf.bpf_map__map_extra(map),
                pin.address() == 0 ? "" : pin.getString(0), Libbpf.bpf_map__btf_key_type_id(map),
                Libbpf.bpf_map__btf_value_type_id(map),
                inner.address() == 0 ? Optional.empty() : Optional.of(view(inner)));
    }

    private static View expected(MapSpec map) {
        // libbpf rounds the size of a ring up to pages.
        boolean ring = map.type().hasRecordsInMemory();
        return new View(map.name(), map.typeId(), map.keySize(),
                map.valueSize(), ring ? rounded(map.maxEntries()) : map.maxEntries(), map.flags(), map.numaNode(),
                map.mapExtra(),
                switch (map.pinning()) {
                    case NONE -> "";
                    case BY_NAME -> "/sys/fs/bpf/" + map.name();
                }, map.key().map(type -> type.id()).orElse(0), map.value().map(type -> type.id()).orElse(0),
                map.inner().map(LibbpfViewLiveTest::expected));
    }

    private static long rounded(long size) {
        long pages = Libc.getpagesize();
        while (pages < size && pages < HIGHEST_POWER) {
            pages *= 2;
        }
        return size == 0 ? 0 : pages;
    }

    private static List<Function> functions(MemorySegment object) {
        List<Function> functions = new ArrayList<>();
        MemorySegment program = Libbpf.bpf_object__next_program(object, MemorySegment.NULL);
        while (program.address() != 0) {
            String section = Libbpf.bpf_program__section_name(program).getString(0);
            functions.add(new Function(Libbpf.bpf_program__name(program).getString(0), section,
                    Libbpf.bpf_program__type(program), Libbpf.bpf_program__expected_attach_type(program),
                    Libbpf.bpf_program__autoload(program), Libbpf.bpf_program__insn_cnt(program)));
            program = Libbpf.bpf_object__next_program(object, program);
        }
        return functions;
    }

    private static Function expected(FunctionSpec function) {
        return new Function(function.name(), function.section(), function.programType().number(),
                function.attachType().map(type -> type.number()).orElse(0), !function.optional(),
                function.instructions());
    }
}
