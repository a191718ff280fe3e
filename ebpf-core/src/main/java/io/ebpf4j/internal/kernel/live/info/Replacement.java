package io.ebpf4j.internal.kernel.live.info;

import io.ebpf4j.ProgramType;
import io.ebpf4j.internal.diagnose.Requirement;
import io.ebpf4j.internal.diagnose.Requirements;
import io.ebpf4j.kernel.Support;
import io.ebpf4j.libbpf.gen.Libc;
import java.lang.foreign.Arena;

/** Whether a function of a loaded program can be replaced: loads one for another one. */
final class Replacement {
    private static final Requirement NEEDS = Requirements.of(ProgramType.EXT);

    private Replacement() {}

    static Support probe() {
        try (Arena arena = Arena.ofConfined()) {
            int types = TypeBlob.function().load(arena);
            if (types < 0) {
                return Answers.refused("a function with types", -types, NEEDS);
            }
            try {
                return replace(types);
            } finally {
                Libc.close(types);
            }
        }
    }

    private static Support replace(int types) {
        try (var old = Trial.returning(ProgramType.XDP, 0, 0, 0).loadTyped(types, 0)) {
            if (!old.loaded()) {
                return Answers.refused("a function to be replaced", old.errno(), NEEDS);
            }
            try (var replacing = Trial.returning(ProgramType.EXT, 0, 0, TypeBlob.FUNCTION).loadTyped(types, old.fd())) {
                return replacing.loaded()
                        ? Answers.supported()
                        : Answers.refused("to replace a function of a loaded program", replacing.errno(), NEEDS);
            }
        }
    }
}
