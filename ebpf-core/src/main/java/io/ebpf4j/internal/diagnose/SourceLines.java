package io.ebpf4j.internal.diagnose;

import io.ebpf4j.ObjectFileException;
import io.ebpf4j.ProgramSpec;
import io.ebpf4j.VerifierException.SourceLine;
import io.ebpf4j.btf.BtfExt.LineInfo;
import io.ebpf4j.insn.Code;
import io.ebpf4j.insn.CodeElement;
import io.ebpf4j.internal.diagnose.VerifierLog.Annotation;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Where in the source a rejected instruction is from, by what the log says, else by the object's own line info. */
final class SourceLines {
    private SourceLines() {}

    static Optional<SourceLine> find(ProgramSpec spec, String function, VerifierLog log) {
        Optional<SourceLine> said = log.report().flatMap(VerifierReport::source).or(() -> log.source()
                .filter(source -> source.line() > 0)
                .map(source -> new SourceLine(withoutFolders(source.file()), source.line(), source.text())));
        if (said.isPresent()) {
            return said;
        }
        try {
            Optional<Code> code = spec.code(function);
            return code.flatMap(found -> log.instruction().isPresent()
                    ? at(found, log.instruction().getAsInt())
                    : Optional.<SourceLine>empty()).or(() -> log.source().flatMap(text -> byText(spec.code(), text)));
        } catch (ObjectFileException e) {
            return Optional.empty(); // damaged line info is not what the kernel has complained of
        }
    }

    /**
     * {@return the line that a word is in, the first from an instruction on; for clang tells of the instruction that takes
     * a field's offset no line of its own, and so it seems to be of the line before}
     */
    static Optional<SourceLine> naming(ProgramSpec spec, String function, int instruction, String word) {
        try {
            return spec.code(function).stream().flatMap(code -> code.elements().stream())
                    .filter(element -> element.index() >= instruction).map(SourceLines::line).flatMap(Optional::stream)
                    .filter(line -> line.text().contains(word)).findFirst();
        } catch (ObjectFileException e) {
            return Optional.empty();
        }
    }

    /** {@return the line of an instruction, or of the last one before it that is from any line} */
    private static Optional<SourceLine> at(Code code, int instruction) {
        if (instruction >= code.size()) {
            return Optional.empty(); // in a subprogram, which libbpf puts behind
        }
        return code.elements().stream().filter(element -> element.index() <= instruction).map(SourceLines::line)
                .flatMap(Optional::stream).reduce((_, last) -> last);
    }

    /** {@return the line of a text, where only one line has it} */
    private static Optional<SourceLine> byText(Stream<Code> functions, Annotation wanted) {
        List<SourceLine> lines = functions.flatMap(code -> code.elements().stream()).map(SourceLines::line)
                .flatMap(Optional::stream).filter(line -> line.text().equals(wanted.text())).distinct().toList();
        return lines.size() == 1 ? Optional.of(lines.getFirst()) : Optional.empty();
    }

    private static Optional<SourceLine> line(CodeElement element) {
        return element.line().filter(info -> info.line() > 0).map(SourceLines::line);
    }

    private static SourceLine line(LineInfo info) {
        return new SourceLine(withoutFolders(info.file()), info.line(), info.text().strip());
    }

    private static String withoutFolders(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }
}
