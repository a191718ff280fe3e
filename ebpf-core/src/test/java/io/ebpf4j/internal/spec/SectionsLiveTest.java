package io.ebpf4j.internal.spec;

import static org.assertj.core.api.Assertions.assertThat;

import io.ebpf4j.AttachType;
import io.ebpf4j.ProgramType;
import io.ebpf4j.SectionKind;
import io.ebpf4j.libbpf.NativeLibrary;
import io.ebpf4j.libbpf.gen.Libbpf;
import io.ebpf4j.testing.Live;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.module.ModuleDescriptor.Version;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Asks the installed libbpf, which may be older or newer than the table. */
@Live
class SectionsLiveTest {
    private static final Version INSTALLED = Version.parse(NativeLibrary.version());
    private static final int ESRCH = 3;

    private record Answer(ProgramType program, AttachType attach) {}

    private static Optional<Answer> libbpf(String section) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment program = arena.allocate(ValueLayout.JAVA_INT);
            MemorySegment attach = arena.allocate(ValueLayout.JAVA_INT);
            int result = Libbpf.libbpf_prog_type_by_name(arena.allocateFrom(section), program, attach);
            assertThat(result).as(section).isIn(0, -ESRCH);
            return result == 0
                    ? Optional.of(new Answer(ProgramType.of(program.get(ValueLayout.JAVA_INT, 0)),
                            AttachType.of(attach.get(ValueLayout.JAVA_INT, 0))))
                    : Optional.empty();
        }
    }

    /** libbpf has no word for "none": where the section settles nothing, it answers the first of the kernel's numbers. */
    private static Optional<Answer> table(String section) {
        return SectionKind.of(section).filter(kind -> INSTALLED.compareTo(Version.parse(kind.since())) >= 0)
                .map(kind -> new Answer(kind.programType(), kind.attachType().orElse(AttachType.of(0))));
    }

    @Test
    void everyRow_isAsTheInstalledLibbpfHasIt_andUnknownToOnesThatAreOlder() {
        int known = 0;
        for (SectionKind kind : SectionKind.all()) {
            String name = kind.name();
            assertThat(libbpf(name)).as("libbpf %s: %s", INSTALLED, name).isEqualTo(table(name));
            assertThat(libbpf(name + "/x/y")).as("libbpf %s: %s/x/y", INSTALLED, name).isEqualTo(table(name + "/x/y"));
            assertThat(libbpf(name + "x")).as("libbpf %s: %sx", INSTALLED, name).isEqualTo(table(name + "x"));
            known += libbpf(name).isPresent() ? 1 : 0;
        }
        long expected = SectionKind.all().stream()
                .filter(kind -> INSTALLED.compareTo(Version.parse(kind.since())) >= 0).count();
        assertThat(known).isEqualTo(expected);
    }

    @Test
    void names_ofTypes_areThoseOfTheInstalledLibbpf() {
        for (ProgramType type : ProgramType.values()) {
            MemorySegment name = Libbpf.libbpf_bpf_prog_type_str(type.number());
            if (type != ProgramType.UNKNOWN && name.address() != 0) { // else newer than the library
                assertThat(name.getString(0)).isEqualToIgnoringCase(type.name());
            }
        }
        assertThat(Libbpf.libbpf_bpf_prog_type_str(ProgramType.SYSCALL.number()).getString(0)).isEqualTo("syscall");
        for (AttachType type : AttachType.values()) {
            MemorySegment name = Libbpf.libbpf_bpf_attach_type_str(type.number());
            if (type != AttachType.UNKNOWN && name.address() != 0) {
                assertThat(name.getString(0)).isEqualToIgnoringCase(type.name());
            }
        }
        assertThat(Libbpf.libbpf_bpf_attach_type_str(AttachType.PERF_EVENT.number()).getString(0))
                .isEqualTo("perf_event");
    }
}
